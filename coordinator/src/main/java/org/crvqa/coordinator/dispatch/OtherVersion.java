package org.crvqa.coordinator.dispatch;

import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * What is said of tasks that an experiment got from another release, whose algorithms give other bytes: no worker of this
 * release takes them, and it does not put results of its own in their place, for one report would then hold both.
 */
public final class OtherVersion {
    /** What to do about it. */
    public static final String ADVICE = "What is done stays, with its scores in the report. Submit the experiment under"
            + " another name to have all of it computed by this release, or let coordinator and workers of the other"
            + " release finish it.";

    private OtherVersion() {}

    /** Why nothing runs. */
    public static String cause(int version) {
        return "it was planned for algorithm version " + version + ", and this release computes version "
                + AlgorithmVersion.CURRENT;
    }

    static boolean concerns(Task task) {
        return task.plan.algorithmVersion() != AlgorithmVersion.CURRENT;
    }

    /** Never stored: the other release, should it come back, goes on with the task. */
    static TaskFailure failure(Task task) {
        return TaskFailure.newBuilder()
                .setKind(FailureKind.FAILURE_KIND_USER_ERROR)
                .setCause("Never runs here: " + cause(task.plan.algorithmVersion()))
                .setAdvice(ADVICE)
                .build();
    }
}
