package org.crvqa.coordinator.dispatch;

import java.util.regex.Pattern;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * A worker that does not find an input. The coordinator has seen the manifests of all inputs before it gives a task out: so
 * the worker looks into another store, until every worker says the same.
 */
final class OtherStore {
    private static final Pattern MISSING = Pattern.compile("^There is no artifact [0-9a-f]{64} in ");

    private OtherStore() {}

    /** The ending, or what it says of the worker. */
    static Ending suspect(Ending ending, String worker) {
        if (!(ending instanceof Ending.Failed failed)
                || failed.failure().getKind() != FailureKind.FAILURE_KIND_USER_ERROR
                || !MISSING.matcher(failed.failure().getCause()).find()) {
            return ending;
        }
        TaskFailure failure = failed.failure().toBuilder()
                .setKind(FailureKind.FAILURE_KIND_INTERNAL)
                .setCause("Worker " + worker + " does not find an input that the coordinator's store has: "
                        + failed.failure().getCause())
                .setAdvice("Give the worker the same CRVQA_STORE as the coordinator.")
                .build();
        return new Ending.Unfit(failure, false);
    }
}
