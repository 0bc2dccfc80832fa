package org.crvqa.coordinator.dispatch;

import java.util.Optional;
import org.crvqa.study.attempt.AttemptFigures;
import org.crvqa.study.attempt.Outcome;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.WorkerDeath;

/** What the death of a worker's process means for the task that it had. */
final class Deaths {
    private Deaths() {}

    /** The record of a death that is the task's own doing; empty where nothing tells. */
    static Optional<Outcome> outcome(WorkerDeath death, String worker, String task) {
        return switch (death.getCause()) {
            case WORKER_DEATH_CAUSE_MEMORY ->
                Optional.of(outcome(
                        "killed for memory",
                        failure(
                                FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES,
                                "killed for memory: " + during(death, worker, task),
                                "Give the worker more memory, or lower the batch size."),
                        worker));
            case WORKER_DEATH_CAUSE_HEAP ->
                Optional.of(outcome(
                        "out of memory",
                        failure(
                                FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES,
                                "out of memory: " + during(death, worker, task),
                                "Give the worker's JVM more memory, or lower the batch size."),
                        worker));
            case WORKER_DEATH_CAUSE_CRASH ->
                Optional.of(outcome(
                        "crashed",
                        failure(
                                FailureKind.FAILURE_KIND_INTERNAL,
                                "crashed: " + during(death, worker, task),
                                "Look into the worker's log; 'crvqa retry' tries again."),
                        worker));
            case WORKER_DEATH_CAUSE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static Outcome outcome(String word, TaskFailure failure, String worker) {
        return new Outcome(
                word, worker, failure.getCause(), Optional.of(failure), AttemptFigures.NONE, Optional.empty());
    }

    private static String during(WorkerDeath death, String worker, String task) {
        return "the process of worker " + worker + " in attempt " + death.getAttempt() + " at " + task
                + (death.getDetail().isEmpty() ? "" : " (" + death.getDetail() + ")");
    }

    private static TaskFailure failure(FailureKind kind, String cause, String advice) {
        return TaskFailure.newBuilder()
                .setKind(kind)
                .setCause(cause)
                .setAdvice(advice)
                .build();
    }
}
