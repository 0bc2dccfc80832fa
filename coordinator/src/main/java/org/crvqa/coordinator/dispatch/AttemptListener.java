package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import org.crvqa.task.v1.TaskEvent;

/**
 * Hears what a worker says about an attempt. What only says that the worker lives is noted at once and never queued, and of
 * progress only the newest waits for its turn: neither a fast worker nor a slow dispatcher makes the queue grow. Called by
 * the stream's thread.
 */
final class AttemptListener implements WorkerClient.WorkObserver {
    private final EventLoop loop;
    private final Attempt attempt;
    private final AttemptFlow flow;

    AttemptListener(EventLoop loop, Attempt attempt, AttemptFlow flow) {
        this.loop = loop;
        this.attempt = attempt;
        this.flow = flow;
    }

    @Override
    public void onEvent(TaskEvent event) {
        Instant now = loop.clock().instant();
        attempt.heard(
                now,
                Duration.ofSeconds(
                        event.getWorkQuietFor().getSeconds(),
                        event.getWorkQuietFor().getNanos()));
        switch (event.getEventCase()) {
            case PROGRESS -> {
                if (attempt.keep(event.getProgress())) {
                    loop.run(() -> attempt.takeKept()
                            .ifPresent(progress -> flow.happens(attempt, new AttemptEvent.Progresses(progress, now))));
                }
            }
            case ACCEPTED -> loop.run(() -> flow.accepted(attempt, event.getAccepted(), now));
            case RESUMED -> happens(new AttemptEvent.Resumes(event.getResumed(), now));
            case CHECKPOINTED ->
                happens(new AttemptEvent.Saves(event.getCheckpointed().getStep(), now));
            case COMPLETED -> happens(new AttemptEvent.SaysCompleted());
            case FAILED -> happens(new AttemptEvent.SaysFailed(CorruptInput.advise(event.getFailed(), attempt.task)));
            case CANCELLED -> happens(new AttemptEvent.SaysInterrupted("cancelled at the worker by somebody else"));
            case INTERRUPTED -> {
                if (event.getInterrupted().getCheckpointedStep() > 0) {
                    happens(new AttemptEvent.Saves(event.getInterrupted().getCheckpointedStep(), now));
                }
                happens(new AttemptEvent.SaysInterrupted(event.getInterrupted().getReason()));
            }
            case HEARTBEAT, METRIC, EVENT_NOT_SET -> {}
        }
    }

    @Override
    public void onEnd(Status status) {
        loop.run(() -> flow.streamEnded(attempt, status));
    }

    private void happens(AttemptEvent event) {
        loop.run(() -> flow.happens(attempt, event));
    }
}
