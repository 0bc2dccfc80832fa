package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.function.Predicate;
import org.crvqa.study.attempt.Charges;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.TaskFailure;

/**
 * Whether and when a task is tried again; decided here and nowhere else. A user error is final. What the cluster
 * inflicts (a lost or interrupted worker, a broken device, the store, the network, a worker that does not fit) never counts
 * against the task. A failure of the task itself does, and the third one is final, provided that two workers have seen one
 * where there are two: a single worker, wrong as it may be, ends no task.
 */
final class RetryPolicy {
    private static final int WITNESSES = 2;
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(60);

    /** What has been in vain so often is not the weather any more, and each attempt leaves two objects in the store. */
    private static final int OFTEN = 10;

    private static final Duration LONGEST_DELAY_OFTEN = Duration.ofMinutes(10);

    private RetryPolicy() {}

    /** What to do after an attempt. */
    sealed interface Decision {
        /** Try again after {@code delay}. */
        record Retry(Duration delay, boolean charged) implements Decision {}

        /** Never again. */
        record GiveUp(TaskFailure failure) implements Decision {}
    }

    /**
     * What follows from an ending.
     *
     * @param worker on which it ended
     * @param troubles of earlier attempts
     * @param disturbed latest attempts in a row that did not count
     * @param others whether a worker that takes such work is not among those of which the argument is true
     */
    static Decision decide(
            Ending ending, String worker, Troubles troubles, int disturbed, Predicate<Predicate<String>> others) {
        if (ending instanceof Ending.Failed failed) {
            return failed(failed.failure(), worker, troubles, disturbed, others);
        }
        if (ending instanceof Ending.Unfit unfit
                && !unfit.otherVersion()
                && !others.test(address -> address.equals(worker) || troubles.isRefusedBy(address))) {
            return charged(unfit.failure(), worker, troubles, others);
        }
        boolean atOnce = ending instanceof Ending.Interrupted && disturbed == 0;
        return new Decision.Retry(atOnce ? Duration.ZERO : delay(disturbed), false);
    }

    private static Decision failed(
            TaskFailure failure, String worker, Troubles troubles, int disturbed, Predicate<Predicate<String>> others) {
        return switch (failure.getKind()) {
            case FAILURE_KIND_USER_ERROR -> new Decision.GiveUp(failure);
            case FAILURE_KIND_EXTERNAL, FAILURE_KIND_DEVICE -> new Decision.Retry(delay(disturbed), false);
            case FAILURE_KIND_INSUFFICIENT_RESOURCES,
                    FAILURE_KIND_INTERNAL,
                    FAILURE_KIND_CORRUPT_DATA,
                    FAILURE_KIND_UNSPECIFIED,
                    UNRECOGNIZED -> charged(failure, worker, troubles, others);
        };
    }

    private static Decision charged(
            TaskFailure failure, String worker, Troubles troubles, Predicate<Predicate<String>> others) {
        boolean often = troubles.charged() + 1 >= Charges.LIMIT;
        boolean seen = troubles.chargedWorkersWith(worker) >= WITNESSES
                || !others.test(address -> address.equals(worker) || troubles.isChargedOn(address));
        return often && seen ? new Decision.GiveUp(failure) : new Decision.Retry(delay(troubles.charged()), true);
    }

    private static Duration delay(int before) {
        Duration longest = before < OFTEN ? LONGEST_DELAY : LONGEST_DELAY_OFTEN;
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(before, OFTEN));
        return delay.compareTo(longest) > 0 ? longest : delay;
    }
}
