package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The workers of one kind, sorted by what can be done with them. Owned by the event loop. */
final class WorkerPool {
    private static final Comparator<WorkerSlot> OLDEST_FIRST = Comparator.comparingInt(slot -> slot.number);

    private final Set<WorkerSlot> idle = new TreeSet<>(OLDEST_FIRST);
    private final Set<WorkerSlot> usable = new TreeSet<>(OLDEST_FIRST);
    private final Set<WorkerSlot> unheard = new HashSet<>();
    private final Set<WorkerSlot> reachable = new HashSet<>();
    private final Set<WorkerSlot> setAside = new HashSet<>();
    private final Set<WorkerSlot> attached = new HashSet<>();

    /** Holds the others back until it was asked. */
    void awaits(WorkerSlot slot) {
        unheard.add(slot);
    }

    void remove(WorkerSlot slot) {
        idle.remove(slot);
        usable.remove(slot);
        unheard.remove(slot);
        reachable.remove(slot);
        setAside.remove(slot);
        attached.remove(slot);
    }

    void file(WorkerSlot slot, Instant now) {
        put(idle, slot, slot.idle(now));
        put(usable, slot, slot.usable(now));
        put(reachable, slot, slot.reachable && slot.takesWork());
        put(setAside, slot, slot.aside(now).isPresent());
        put(attached, slot, slot.attempt != null);
        if (slot.answeredFrom >= 0) {
            unheard.remove(slot);
        }
    }

    private static void put(Set<WorkerSlot> set, WorkerSlot slot, boolean in) {
        if (in) {
            set.add(slot);
        } else {
            set.remove(slot);
        }
    }

    boolean heardFromAll() {
        return unheard.isEmpty();
    }

    boolean hasIdle() {
        return !idle.isEmpty();
    }

    int reachable() {
        return reachable.size();
    }

    int setAside() {
        return setAside.size();
    }

    int attached() {
        return attached.size();
    }

    /** Looks at as many as do not match, and one more. */
    boolean hasUsable(Predicate<WorkerSlot> matching) {
        return usable.stream().anyMatch(matching);
    }

    /**
     * Of those that wait for work the one on which the task ended badly least often, rather not the one that had it last, then
     * the one that has been here longest. Looks at as many as had it, and one more.
     */
    Optional<WorkerSlot> best(Task task) {
        WorkerSlot best = null;
        int bestRank = Integer.MAX_VALUE;
        for (WorkerSlot slot : idle) {
            int rank = 2 * task.troubles.on(slot.name()) + (slot == task.lastWorker ? 1 : 0);
            if (rank < bestRank) {
                best = slot;
                bestRank = rank;
            }
            if (rank == 0) {
                break;
            }
        }
        return Optional.ofNullable(best);
    }
}
