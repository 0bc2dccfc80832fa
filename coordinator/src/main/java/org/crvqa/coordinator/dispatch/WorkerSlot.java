package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Optional;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * One worker: what it was asked and said, what it was given, what is held against it. {@link #view} says what follows. The
 * moments are those of the {@link Roster}'s own clock. Owned by the event loop.
 */
final class WorkerSlot {
    final WorkerClient client;
    final WorkerHealth health = new WorkerHealth();
    private final String storeId;

    boolean reachable;
    Optional<WorkerDescription> description = Optional.empty();
    Optional<Instant> lastSeen = Optional.empty();
    Instant nextPoll = Instant.MIN;
    boolean describing;

    /** When the latest finished Describe began; -1 before the first. */
    long answeredFrom = -1;

    /** When it was last given work or gave work back: an older description says nothing. */
    long changed = -1;

    @Nullable
    Attempt attempt;

    /** A task that it was found to run beside another worker: once it has left it, the store may have the result. */
    Optional<Task> alsoRuns = Optional.empty();

    /** {@code storeId}: of this coordinator's store; empty where it is not known. */
    WorkerSlot(WorkerClient client, String storeId) {
        this.client = client;
        this.storeId = storeId;
    }

    String address() {
        return client.address();
    }

    WorkerKind kind() {
        return client.kind();
    }

    /** What is known of it now. */
    WorkerView view(Instant now) {
        if (attempt != null) {
            return new WorkerView.Attached(attempt);
        }
        if (answeredFrom >= 0 && !reachable) {
            return new WorkerView.Unreachable();
        }
        if (answeredFrom <= changed || description.isEmpty()) {
            return new WorkerView.Unknown();
        }
        WorkerDescription told = description.get();
        return switch (told.getState()) {
            case WORKER_STATE_BUSY ->
                new WorkerView.Busy(told.getRunningKey(), told.getRunningAttempt(), told.getRunningStep());
            case WORKER_STATE_IDLE -> aside(now).<WorkerView>map(aside -> aside).orElseGet(WorkerView.Idle::new);
            case WORKER_STATE_DRAINING, WORKER_STATE_DEVICE_FAILED, WORKER_STATE_UNSPECIFIED, UNRECOGNIZED ->
                new WorkerView.Leaving();
        };
    }

    boolean idle(Instant now) {
        return view(now) instanceof WorkerView.Idle;
    }

    /** Whether it takes work, now or when it has done what it does. */
    boolean usable(Instant now) {
        WorkerState state = description.map(WorkerDescription::getState).orElse(WorkerState.WORKER_STATE_UNSPECIFIED);
        boolean stays = state == WorkerState.WORKER_STATE_IDLE || state == WorkerState.WORKER_STATE_BUSY;
        return reachable && stays && aside(now).isEmpty();
    }

    /** Why it gets nothing although it answers. */
    Optional<WorkerView.SetAside> aside(Instant now) {
        return misfit().map(why -> new WorkerView.SetAside(why, Optional.empty()))
                .or(() -> health.aside(now));
    }

    /** What of its description does not go with this coordinator. A worker that does not say is believed to fit. */
    Optional<String> misfit() {
        if (description.isEmpty()) {
            return Optional.empty();
        }
        WorkerDescription told = description.get();
        int version = told.getAlgorithmVersion();
        if (version != 0 && version != AlgorithmVersion.CURRENT) {
            return Optional.of("It computes algorithm version " + version + ", and this coordinator gives out version "
                    + AlgorithmVersion.CURRENT + "; run the same release of all services");
        }
        if (!storeId.isEmpty()
                && !told.getStoreId().isEmpty()
                && !told.getStoreId().equals(storeId)) {
            return Optional.of("It has another store (" + told.getStoreId() + ") than the coordinator (" + storeId
                    + "); give it the same CRVQA_STORE");
        }
        return Optional.empty();
    }
}
