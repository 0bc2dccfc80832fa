package org.crvqa.cli.verify;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;

/** What was seen of one attempt. Owned by one thread. */
final class Attempt {
    private final List<Long> states = new ArrayList<>();
    private OptionalLong resumedStep = OptionalLong.empty();
    private Optional<Manifest> manifest = Optional.empty();
    private Optional<TaskFailure> failure = Optional.empty();
    private Status end = Status.OK;

    void hear(TaskEvent event) {
        switch (event.getEventCase()) {
            case CHECKPOINTED -> states.add(event.getCheckpointed().getStep());
            case RESUMED -> resumedStep = OptionalLong.of(event.getResumed().getStep());
            case COMPLETED -> completed(event.getCompleted().getManifest());
            case FAILED -> failure = Optional.of(event.getFailed());
            case ACCEPTED, HEARTBEAT, PROGRESS, METRIC, CANCELLED, INTERRUPTED, EVENT_NOT_SET -> {
                // Says nothing about states or the result.
            }
        }
    }

    private void completed(Manifest result) {
        manifest = Optional.of(result);
        long step = result.getProducer().getResumedStep();
        if (resumedStep.isEmpty() && step > 0) {
            resumedStep = OptionalLong.of(step);
        }
    }

    void end(Status status) {
        end = status;
    }

    /** Steps of the states that it saved, in order. */
    List<Long> states() {
        return List.copyOf(states);
    }

    /** Where it went on from a saved state; empty when it began with the first step. */
    OptionalLong resumedStep() {
        return resumedStep.isPresent() && resumedStep.getAsLong() > 0 ? resumedStep : OptionalLong.empty();
    }

    /** The result, when it completed. */
    Optional<Manifest> manifest() {
        return manifest;
    }

    /** Why the task failed, when it did. */
    Optional<TaskFailure> failure() {
        return failure;
    }

    /** How the stream of events ended. */
    Status end() {
        return end;
    }
}
