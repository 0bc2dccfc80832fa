package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Optional;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/** What is known of one worker. Owned by the event loop. */
final class WorkerSlot {
    final WorkerClient client;
    boolean reachable;
    Optional<WorkerDescription> description = Optional.empty();
    Optional<Instant> lastSeen = Optional.empty();
    Instant nextPoll = Instant.MIN;
    boolean describing;
    /** Step at which the latest finished Describe began; -1 before the first. */
    long answeredFrom = -1;
    /** Step at which it was last given work or gave work back: an older description says nothing. */
    long changed = -1;

    @Nullable
    Attempt attempt;

    WorkerSlot(WorkerClient client) {
        this.client = client;
    }

    String address() {
        return client.address();
    }

    boolean idle() {
        return reachable && attempt == null && answeredFrom > changed && state() == WorkerState.WORKER_STATE_IDLE;
    }

    WorkerState state() {
        return description.map(WorkerDescription::getState).orElse(WorkerState.WORKER_STATE_UNSPECIFIED);
    }
}
