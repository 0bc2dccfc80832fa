package org.crvqa.coordinator.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.WorkerKind;
import org.jboss.logging.Logger;

/**
 * All workers, as their membership tells, and a clock of their own by which what they said is before or after what happened.
 * A worker is filed when anything of it changes ({@link #file}), so that who is idle is never searched. Owned by the event
 * loop.
 */
final class Roster {
    private static final Logger LOG = Logger.getLogger(Roster.class);

    private final Clock clock;
    private final String storeId;
    private final WorkerConnector connector;
    private final Map<String, WorkerSlot> byId = new LinkedHashMap<>();
    private final Map<String, WorkerSlot> byName = new HashMap<>();
    private final Map<WorkerKind, WorkerPool> pools = new EnumMap<>(WorkerKind.class);
    private boolean told;
    private int came;
    private long moment;

    /** {@code storeId}: of this coordinator's store; empty where it is not known. */
    Roster(Clock clock, String storeId, WorkerConnector connector) {
        this.clock = clock;
        this.storeId = storeId;
        this.connector = connector;
        for (WorkerKind kind : WorkerKind.values()) {
            pools.put(kind, new WorkerPool());
        }
    }

    /** In the order in which they came. */
    Collection<WorkerSlot> all() {
        return byId.values();
    }

    /** A moment after all earlier ones. */
    long now() {
        return ++moment;
    }

    /** Attempts that are listened to or about to be. */
    List<Attempt> running() {
        return all().stream().flatMap(slot -> Stream.ofNullable(slot.attempt)).toList();
    }

    /**
     * Who there is, from now on. Returns the attempts whose workers cannot be heard any more as they were: they are at another
     * address, or another is at theirs. What has not arrived from them will not.
     */
    List<Attempt> members(List<Member> members) {
        List<Attempt> cutOff = new ArrayList<>();
        Map<String, Member> present = new HashMap<>();
        Set<String> addresses = new HashSet<>();
        for (Member member : members) {
            present.put(member.id(), member);
            addresses.add(member.address());
        }
        for (WorkerSlot slot : List.copyOf(all())) {
            Member member = present.remove(slot.member().id());
            if (member == null) {
                goes(slot, addresses.contains(slot.member().address()), cutOff);
            } else {
                stays(slot, member, cutOff);
            }
        }
        members.stream().filter(member -> present.containsKey(member.id())).forEach(this::joins);
        told = true;
        return cutOff;
    }

    /** {@code replaced}: another is at its address, and must not be taken for it. */
    private void goes(WorkerSlot slot, boolean replaced, List<Attempt> cutOff) {
        slot.goes();
        if (replaced) {
            slot.replaced(now());
            called(slot).ifPresent(cutOff::add);
        }
        file(slot);
    }

    /** What is still being claimed is called at the new address, or not at all. */
    private static Optional<Attempt> called(WorkerSlot slot) {
        return Optional.ofNullable(slot.attempt).filter(attempt -> attempt.call != null);
    }

    private void joins(Member member) {
        WorkerSlot slot = new WorkerSlot(++came, member, connector.connect(member), storeId, clock.instant());
        byId.put(member.id(), slot);
        byName.put(slot.name(), slot);
        if (!told) {
            pools.get(slot.kind()).awaits(slot);
        }
        file(slot);
    }

    private void stays(WorkerSlot slot, Member member, List<Attempt> cutOff) {
        if (member.kind() != slot.kind()) {
            LOG.errorf("Worker %s was a %s and is said to be a %s: ignored", slot.name(), slot.kind(), member.kind());
            return;
        }
        byName.remove(slot.name(), slot);
        if (slot.isAt(member.address())) {
            slot.stays(member);
        } else {
            LOG.infof("Worker %s is at %s now", slot.name(), member.address());
            slot.moves(member, connector.connect(member), now());
            called(slot).ifPresent(cutOff::add);
        }
        byName.put(slot.name(), slot);
        file(slot);
    }

    /**
     * Puts a worker where it belongs now: to be called after anything of it has changed, and now and then for what only time
     * changes. One that is gone and has nothing to do any more is forgotten.
     */
    void file(WorkerSlot slot) {
        if (byId.get(slot.member().id()) != slot) {
            return;
        }
        Instant now = clock.instant();
        slot.note(now);
        if (slot.isDone()) {
            byId.remove(slot.member().id());
            byName.remove(slot.name(), slot);
            pools.get(slot.kind()).remove(slot);
            slot.client().close();
        } else {
            pools.get(slot.kind()).file(slot, now);
        }
    }

    /** Files all again: some pauses are over. */
    void fileAll() {
        List.copyOf(all()).forEach(this::file);
    }

    /**
     * Whether such work may be given out: it is known who there is, and each that was there when this dispatcher began has
     * been asked, since one of them may be running what is about to be given to another. Those that came later are not waited
     * for.
     */
    boolean isOpen(TaskKind kind) {
        return told && pool(kind).heardFromAll();
    }

    boolean hasIdle(TaskKind kind) {
        return pool(kind).hasIdle();
    }

    /** Workers of a kind that answer, and on which something can run. */
    int reachable(TaskKind kind) {
        return pool(kind).reachable();
    }

    /** Workers of a kind that answer and get nothing. */
    int setAside(WorkerKind kind) {
        return pools.get(kind).setAside();
    }

    /** Workers of a kind that have a task, or are about to. */
    int attached(WorkerKind kind) {
        return pools.get(kind).attached();
    }

    /** Ends all connections; the workers go on. */
    void close() {
        all().forEach(slot -> slot.client().close());
    }

    List<FleetView.Seat> seats() {
        return all().stream().map(WorkerSlot::seat).toList();
    }

    Optional<WorkerSlot> withId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The worker that has a name now. */
    Optional<WorkerSlot> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Whether a worker takes such work that is not one of these. */
    boolean hasOther(TaskKind kind, Predicate<String> names) {
        return pool(kind).hasUsable(slot -> !names.test(slot.name()));
    }

    /** For how long a worker is set aside at most. */
    Duration longestPause(WorkerSlot worker) {
        return pools.get(worker.kind()).hasUsable(other -> other != worker)
                ? WorkerHealth.LONGEST_PAUSE
                : WorkerHealth.LONGEST_PAUSE_ALONE;
    }

    /**
     * Who gets a task: of those that wait for work the one on which it ended badly least often, rather not the one that had
     * it last. Nobody, when it ended badly on each of them more than once and a worker that is busy would do better.
     */
    Optional<WorkerSlot> choose(Task task) {
        WorkerPool pool = pool(task.plan.kind());
        return pool.best(task)
                .filter(slot -> !task.troubles.isTooMuch(slot.name())
                        || !pool.hasUsable(other -> !task.troubles.isTooMuch(other.name())));
    }

    private WorkerPool pool(TaskKind kind) {
        return pools.get(workerKind(kind));
    }

    /** What runs tasks of a kind. */
    static WorkerKind workerKind(TaskKind kind) {
        return switch (kind) {
            case TASK_KIND_TRAIN -> WorkerKind.WORKER_KIND_TRAINER;
            case TASK_KIND_PRUNE -> WorkerKind.WORKER_KIND_PRUNER;
            case TASK_KIND_EVALUATE -> WorkerKind.WORKER_KIND_EVALUATOR;
            case TASK_KIND_UNSPECIFIED, UNRECOGNIZED -> WorkerKind.WORKER_KIND_UNSPECIFIED;
        };
    }
}
