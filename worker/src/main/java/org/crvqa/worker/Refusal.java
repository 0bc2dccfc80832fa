package org.crvqa.worker;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call that is refused before any work. Speaks of the call; what goes wrong in a task is an event of its stream. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String WORKER_ID = "worker_id";

    /** Why; {@link CallStatus} gives each its status code. */
    enum Reason {
        /** The spec is not what this service takes, or a field is malformed. */
        INVALID_ASSIGNMENT,
        /** The spec is of another algorithm version than this program computes. */
        ALGORITHM_VERSION,
        /** Another task runs, or this one is being cancelled. */
        BUSY,
        /** The engine is still starting. */
        STARTING,
        /** The process is about to end. */
        DRAINING,
        /** The device is broken. */
        DEVICE_FAILED,
        /** The caller is a coordinator that was replaced. */
        FENCED,
        /** The assignment asks the worker to end itself, which it does not allow. */
        HALT_NOT_ALLOWED
    }

    private final Reason reason;
    private final transient Map<String, String> facts;

    /** {@code facts}: what a program may want to know; for INVALID_ASSIGNMENT and ALGORITHM_VERSION a "field". */
    Refusal(Reason reason, String message, Map<String, String> facts) {
        super(message, null, false, false);
        this.reason = reason;
        this.facts = Map.copyOf(facts);
    }

    static Refusal invalid(String field, String message) {
        return new Refusal(Reason.INVALID_ASSIGNMENT, message, Map.of("field", field));
    }

    static Refusal algorithmVersion(int computed, int found) {
        return new Refusal(
                Reason.ALGORITHM_VERSION,
                "This worker computes algorithm version " + computed + ", found " + found
                        + "; run coordinator and workers of the same version",
                Map.of("field", "assignment.spec.algorithm_version", "algorithm_version", Integer.toString(computed)));
    }

    static Refusal starting(WorkerIdentity worker) {
        return new Refusal(
                Reason.STARTING,
                "Worker " + worker.id() + " is still starting its tensor engine; ask again",
                Map.of(WORKER_ID, worker.id()));
    }

    static Refusal draining(WorkerIdentity worker) {
        return new Refusal(
                Reason.DRAINING,
                "Worker " + worker.id() + " is about to stop and takes no new work; ask another worker",
                Map.of(WORKER_ID, worker.id()));
    }

    static Refusal deviceFailed(WorkerIdentity worker) {
        return new Refusal(
                Reason.DEVICE_FAILED,
                "The device " + worker.device() + " of worker " + worker.id()
                        + " is broken; this process ends and a new one takes its place: ask another worker"
                        + " meanwhile",
                Map.of(WORKER_ID, worker.id()));
    }

    /** {@code running}: null when it ended in this moment. */
    static Refusal busy(WorkerIdentity worker, @Nullable RunningTask running) {
        return new Refusal(
                Reason.BUSY,
                "Worker " + worker.id() + " is busy with "
                        + (running == null ? "another task" : running + " (" + running.state() + ")")
                        + "; ask another worker, or again when it has ended",
                Map.of(
                        WORKER_ID,
                        worker.id(),
                        "running_key",
                        running == null ? "" : running.key().hex()));
    }

    Reason reason() {
        return reason;
    }

    Map<String, String> facts() {
        return facts;
    }
}
