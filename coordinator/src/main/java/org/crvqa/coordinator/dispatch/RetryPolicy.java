package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * Whether and when a task is tried again; decided here and nowhere else. A user error is final. What the cluster
 * inflicts (a lost or interrupted worker, a broken device, the store, the network) never counts against the task. A failure of the task
 * itself does, and the third one is final.
 */
final class RetryPolicy {
    static final int CHARGED_LIMIT = 3;
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(60);

    private RetryPolicy() {}

    /** What to do after an attempt. */
    sealed interface Decision {
        /** Try again after {@code delay}. */
        record Retry(Duration delay, boolean charged) implements Decision {}

        /** Never again. */
        record GiveUp(TaskFailure failure) implements Decision {}
    }

    /** {@code charged} and {@code disturbed}: earlier attempts that counted, and latest ones in a row that did not. */
    static Decision decide(Ending ending, int charged, int disturbed) {
        if (ending instanceof Ending.Failed failed) {
            return failed(failed.failure(), charged, disturbed);
        }
        boolean atOnce = ending instanceof Ending.Interrupted && disturbed == 0;
        return new Decision.Retry(atOnce ? Duration.ZERO : delay(disturbed), false);
    }

    private static Decision failed(TaskFailure failure, int charged, int disturbed) {
        return switch (failure.getKind()) {
            case FAILURE_KIND_USER_ERROR -> new Decision.GiveUp(failure);
            case FAILURE_KIND_EXTERNAL, FAILURE_KIND_DEVICE -> new Decision.Retry(delay(disturbed), false);
            case FAILURE_KIND_INSUFFICIENT_RESOURCES,
                    FAILURE_KIND_INTERNAL,
                    FAILURE_KIND_CORRUPT_DATA,
                    FAILURE_KIND_UNSPECIFIED,
                    UNRECOGNIZED -> charged(failure, charged);
        };
    }

    private static Decision charged(TaskFailure failure, int charged) {
        return charged + 1 >= CHARGED_LIMIT ? new Decision.GiveUp(failure) : new Decision.Retry(delay(charged), true);
    }

    /** Whether a failure counts against the task. */
    static boolean isCharged(FailureKind kind) {
        return kind != FailureKind.FAILURE_KIND_EXTERNAL && kind != FailureKind.FAILURE_KIND_DEVICE;
    }

    /** A failure that no later attempt can undo, given how many were charged including this one. */
    static boolean isFinal(FailureKind kind, int charged) {
        return kind == FailureKind.FAILURE_KIND_USER_ERROR || (isCharged(kind) && charged >= CHARGED_LIMIT);
    }

    private static Duration delay(int before) {
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(before, 10));
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }
}
