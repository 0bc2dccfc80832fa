package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskResumed;

/** What can happen to an attempt. */
sealed interface AttemptEvent {
    /** The store has the artifact, whoever made it. */
    record Found(Manifest manifest) implements AttemptEvent {}

    /** The store has no artifact, though it was asked because the worker says that there is one. */
    record NotFound() implements AttemptEvent {}

    /** The number is this attempt's. */
    record Claimed(int number) implements AttemptEvent {}

    /** The number is this attempt's, but meanwhile there is a reason not to call the worker. */
    record ClaimedTooLate(int number, String why) implements AttemptEvent {}

    /** This coordinator does not lead, so that nothing was claimed. */
    record NotLeading() implements AttemptEvent {}

    /** The store could not be asked. */
    record StoreFailed(Ending ending) implements AttemptEvent {}

    /** A worker was found to run it already, without anybody who listens; {@code before}: where the listener had got to. */
    record Joined(int number, Optional<AttemptState.Reached> before) implements AttemptEvent {}

    /** The worker says that it has it. */
    record Accepts(int number, Instant at) implements AttemptEvent {}

    /** The worker says how far it is. */
    record Progresses(TaskProgress progress, Instant at) implements AttemptEvent {}

    /** The worker says that it goes on from a saved state. */
    record Resumes(TaskResumed resumed, Instant at) implements AttemptEvent {}

    /** The worker says that it saved a state of so many steps. */
    record Saves(long steps, Instant at) implements AttemptEvent {}

    /** The worker says that the artifact is in the store. */
    record SaysCompleted() implements AttemptEvent {}

    /** The worker says that it failed. */
    record SaysFailed(TaskFailure failure) implements AttemptEvent {}

    /** The worker says that it gives the task back. */
    record SaysInterrupted(String reason) implements AttemptEvent {}

    /** The stream of events is over. */
    record StreamEnds(String worker, Status status) implements AttemptEvent {}

    /** Nothing was heard for too long. */
    record FallsSilent(String worker, Duration since) implements AttemptEvent {}

    /** The worker lives, but what it does gives no sign of life. */
    record Stalls(String worker, Duration since) implements AttemptEvent {}

    /** Another worker runs the same task and is further along. */
    record Overtaken(String by) implements AttemptEvent {}

    /** Nobody waits for it any more. */
    record Unwanted() implements AttemptEvent {}

    /** It shall go on later: whoever needs it was paused. */
    record Withdrawn() implements AttemptEvent {}

    /** This coordinator stops to listen; the worker goes on. */
    record Abandoned() implements AttemptEvent {}
}
