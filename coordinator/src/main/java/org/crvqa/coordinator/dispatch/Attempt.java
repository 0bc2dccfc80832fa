package org.crvqa.coordinator.dispatch;

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

    Attempt(Task task, WorkerSlot worker, Instant now) {
        this.task = task;
        this.worker = worker;
        this.lastEvent = now;
    }
}
