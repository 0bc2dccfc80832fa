package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.FleetView.Seat;
import org.crvqa.coordinator.fleet.FleetView.State;
import org.crvqa.task.v1.WorkerKind;

/**
 * One pool at one look.
 *
 * @param size what it is asked to have
 * @param seats its members, those that leave included; pods that have no address yet are none
 * @param work tasks for it, ready or running
 */
record PoolView(WorkerKind kind, PoolSettings settings, int size, List<Seat> seats, int work) {
    /** Empty for a pool that the cluster does not have. */
    static Optional<PoolView> of(WorkerKind kind, PoolSettings settings, Observation seen) {
        FleetView fleet = seen.fleet();
        return Optional.ofNullable(seen.sizes().get(kind))
                .map(size -> new PoolView(
                        kind,
                        settings,
                        size.workers(),
                        fleet.seats().stream()
                                .filter(seat -> seat.member().kind() == kind)
                                .toList(),
                        fleet.ready().getOrDefault(kind, 0) + fleet.running().getOrDefault(kind, 0)));
    }

    /** Workers that it has use for, within its bounds. */
    int demand() {
        return Math.max(settings.least(), Math.min(work, settings.most()));
    }

    int answered() {
        return (int)
                seats.stream().filter(seat -> seat.state() != State.UNKNOWN).count();
    }

    long devices() {
        return (long) size * settings.devices();
    }

    /** Whether a member may be at work: one of which nothing is heard may be, until its patience is over. */
    static boolean mayWork(Seat seat, Duration patience, Instant now) {
        return switch (seat.state()) {
            case BUSY -> true;
            case UNKNOWN -> seat.since().plus(patience).isAfter(now);
            case IDLE, UNUSABLE -> false;
        };
    }
}
