package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task on its way to a worker or running there. Owned by the event loop. */
final class Attempt {
    final Task task;
    final WorkerSlot worker;
    /** 0 until claimed. */
    int number;

    Instant lastEvent;
    WorkerClient.@Nullable WorkCall call;
    /** The worker says that it is done; the store is being asked. */
    boolean completing;

    /** When the worker took it. */
    @Nullable
    private Instant accepted;
    /** When the newest state was saved or resumed from. */
    @Nullable
    private Instant saved;

    private long step;
    private long savedStep;

    Attempt(Task task, WorkerSlot worker, Instant now) {
        this.task = task;
        this.worker = worker;
        this.lastEvent = now;
    }

    /** It goes on where nobody listened for a while. */
    void continues(Attempt before) {
        accepted = before.accepted;
        saved = before.saved;
        step = before.step;
        savedStep = before.savedStep;
    }

    void accepted(int number, Instant now) {
        this.number = Math.max(1, number);
        accepted = accepted == null ? now : accepted;
    }

    void reached(long steps) {
        step = steps;
    }

    /** A state of so many steps is in the store. */
    void saved(long steps, Instant now) {
        savedStep = steps;
        step = Math.max(step, steps);
        saved = now;
    }

    AttemptFigures figures(Instant now) {
        if (accepted == null) {
            return AttemptFigures.NONE;
        }
        Duration ran = Duration.between(accepted, now);
        return new AttemptFigures(ran, saved == null ? ran : Duration.between(saved, now), step, savedStep);
    }
}
