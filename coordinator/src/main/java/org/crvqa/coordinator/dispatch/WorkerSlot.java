package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Optional;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * One worker: what it was asked and said, what it was given, what is held against it. {@link #view} says what follows. The
 * moments are those of the {@link Roster}'s own clock, which has to be told of every change ({@link Roster#file}). Owned by
 * the event loop.
 */
final class WorkerSlot {
    /** Counts the workers that came. */
    final int number;

    final WorkerHealth health = new WorkerHealth();
    private final String storeId;
    private Member member;
    private WorkerClient client;

    /** It is not among the members any more: it gets nothing, and is forgotten when it is known to do nothing for us. */
    private boolean gone;

    /** Its client is closed for ever. */
    private boolean cut;

    boolean reachable;
    Optional<WorkerDescription> description = Optional.empty();
    Optional<Instant> lastSeen = Optional.empty();
    Instant nextPoll = Instant.MIN;
    boolean describing;

    /** How often in a row it did not answer. */
    int unanswered;

    /** When the latest finished Describe began; -1 before the first. */
    long answeredFrom = -1;

    /** When it was last given work or gave work back: an older description says nothing. */
    long changed = -1;

    @Nullable
    Attempt attempt;

    /** A task that it was found to run beside another worker: once it has left it, the store may have the result. */
    Optional<Task> alsoRuns = Optional.empty();

    /** What it was told to stop, or stops without having been told: nobody listens to that again, as long as it is at it. */
    private Optional<ArtifactKey> stopping = Optional.empty();

    private FleetView.State state = FleetView.State.UNKNOWN;
    private Instant since;

    /** {@code storeId}: of this coordinator's store; empty where it is not known. */
    WorkerSlot(int number, Member member, WorkerClient client, String storeId, Instant now) {
        this.number = number;
        this.member = member;
        this.client = client;
        this.storeId = storeId;
        this.since = now;
    }

    Member member() {
        return member;
    }

    WorkerClient client() {
        return client;
    }

    /** By which it is called in records and messages, and by which what it did is remembered. */
    String name() {
        return member.name();
    }

    WorkerKind kind() {
        return member.kind();
    }

    /** It is still, or again, among the members, at the same address. */
    void stays(Member as) {
        member = as;
        gone = false;
    }

    /** It is found at another address from now on; what was heard from the old one says nothing of it. */
    void moves(Member to, WorkerClient by, long moment) {
        client.close();
        client = by;
        cut = false;
        stays(to);
        changed = moment;
        nextPoll = Instant.MIN;
        describing = false;
    }

    /** It shall stop a task that nobody may have run now, or does. */
    void stops(ArtifactKey task) {
        stopping = Optional.of(task);
    }

    /** Whether a task that it says to run is one that it stops; else it has stopped what it was to stop. */
    boolean isStopping(ArtifactKey running) {
        stopping = stopping.filter(running::equals);
        return stopping.isPresent();
    }

    /** Whether it said that it runs this task. */
    boolean says(ArtifactKey task) {
        return description
                .filter(told -> told.getRunningKey().equals(task.hex()))
                .isPresent();
    }

    /** It is not among the members any more. */
    void goes() {
        gone = true;
    }

    /** Another is at its address: whatever is heard from there is not about this one. */
    void replaced(long moment) {
        client.close();
        cut = true;
        reachable = false;
        answeredFrom = moment;
    }

    boolean isGone() {
        return gone;
    }

    /** Whether it is reached at an address. */
    boolean isAt(String address) {
        return !cut && member.address().equals(address);
    }

    /** Whether it may be given work at all. */
    boolean takesWork() {
        return !gone && member.takesWork();
    }

    /** Not among the members, and known to do nothing that anybody here waits for. */
    boolean isDone() {
        return gone && attempt == null && alsoRuns.isEmpty() && !describing && answeredFrom > changed;
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
        return takesWork() && view(now) instanceof WorkerView.Idle;
    }

    /** Notes what it does now, and since when. */
    void note(Instant now) {
        FleetView.State is = stateNow(now);
        if (is != state) {
            state = is;
            since = now;
        }
    }

    private FleetView.State stateNow(Instant now) {
        WorkerView is = view(now);
        if (is instanceof WorkerView.Attached || is instanceof WorkerView.Busy) {
            return FleetView.State.BUSY;
        }
        if (is instanceof WorkerView.Idle) {
            return FleetView.State.IDLE;
        }
        if (is instanceof WorkerView.Unknown && state == FleetView.State.BUSY) {
            // Between the end of its work and its next answer.
            return state;
        }
        return is instanceof WorkerView.Unreachable || is instanceof WorkerView.Unknown
                ? FleetView.State.UNKNOWN
                : FleetView.State.UNUSABLE;
    }

    FleetView.Seat seat() {
        return new FleetView.Seat(member, state, since);
    }

    /** Since when it does what it does, as far as this coordinator saw. */
    Instant since() {
        return since;
    }

    /** Whether it takes work, now or when it has done what it does. */
    boolean usable(Instant now) {
        WorkerState state = description.map(WorkerDescription::getState).orElse(WorkerState.WORKER_STATE_UNSPECIFIED);
        boolean stays = state == WorkerState.WORKER_STATE_IDLE || state == WorkerState.WORKER_STATE_BUSY;
        return takesWork() && reachable && stays && aside(now).isEmpty();
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
