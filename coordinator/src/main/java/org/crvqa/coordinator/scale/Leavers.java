package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.crvqa.coordinator.fleet.FleetView.Seat;
import org.crvqa.coordinator.fleet.FleetView.State;

/**
 * How a pool comes to be smaller without losing work. The members that are to leave get nothing more; when the dispatcher
 * knows that, and they do nothing, they are marked to go first and all others to stay; when the cluster has confirmed that,
 * the pool shrinks by as many. One that works leaves when it has finished.
 *
 * @param chosen who gets nothing more
 * @param marks that must be confirmed before the pool has {@code size} workers; none while it cannot shrink anyway
 * @param size to which the pool can shrink now, once they are
 */
record Leavers(Set<String> chosen, Map<String, Mark> marks, int size) {
    /** Nobody more leaves; those who were chosen before get nothing for as long as there are more members than asked for. */
    static Leavers remaining(PoolView pool, Set<String> before) {
        Set<String> remaining = pool.seats().stream()
                .filter(seat -> before.contains(seat.member().id()))
                .sorted(Comparator.comparing((Seat seat) -> seat.member().takesWork())
                        .thenComparing(seat -> seat.member().id()))
                .limit(Math.max(0, pool.seats().size() - pool.size()))
                .map(seat -> seat.member().id())
                .collect(Collectors.toUnmodifiableSet());
        return new Leavers(remaining, Map.of(), pool.size());
    }

    /** The pool is to have {@code goal} workers, fewer than it is asked to have. */
    static Leavers towards(int goal, PoolView pool, Set<String> before, Duration patience, Instant now) {
        List<Seat> chosen = pool.seats().stream()
                .sorted(order(before, patience, now))
                .limit(Math.max(0, pool.seats().size() - goal))
                .toList();
        Set<String> free = chosen.stream()
                .filter(seat -> !seat.member().takesWork()
                        && seat.member().pod().isPresent()
                        && !PoolView.mayWork(seat, patience, now))
                .map(seat -> seat.member().id())
                .collect(Collectors.toUnmodifiableSet());
        int stay = pool.seats().size() - free.size();
        int size = marksMayBePassedOver(pool, before) ? pool.size() : Math.max(goal, Math.min(pool.size(), stay));
        return new Leavers(
                chosen.stream().map(seat -> seat.member().id()).collect(Collectors.toUnmodifiableSet()),
                size < pool.size() ? marks(pool, free) : Map.of(),
                size);
    }

    /** A cluster takes a pod that is not ready before any mark; one that works and is not ready for another reason is near. */
    private static boolean marksMayBePassedOver(PoolView pool, Set<String> before) {
        return pool.seats().stream()
                .anyMatch(seat -> seat.state() == State.BUSY
                        && !seat.member().takesWork()
                        && !before.contains(seat.member().id()));
    }

    private static Map<String, Mark> marks(PoolView pool, Set<String> free) {
        Map<String, Mark> marks = new HashMap<>();
        for (Seat seat : pool.seats()) {
            Mark mark = free.contains(seat.member().id()) ? Mark.FIRST_TO_GO : Mark.KEEP;
            Optional<String> pod = seat.member().pod();
            pod.ifPresent(name -> marks.put(name, mark));
        }
        return marks;
    }

    /** Those without work first, then who was chosen before; of those at work who has been at it for longest. */
    private static Comparator<Seat> order(Set<String> before, Duration patience, Instant now) {
        return Comparator.comparing((Seat seat) -> PoolView.mayWork(seat, patience, now))
                .thenComparing(seat -> !before.contains(seat.member().id()))
                .thenComparing(seat -> seat.member().takesWork())
                .thenComparing(seat -> rank(seat.state()))
                .thenComparing(Seat::since)
                .thenComparing(seat -> seat.member().id());
    }

    private static int rank(State state) {
        return switch (state) {
            case UNUSABLE -> 0;
            case UNKNOWN -> 1;
            case IDLE -> 2;
            case BUSY -> 3;
        };
    }
}
