package org.crvqa.coordinator.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.crvqa.task.v1.WorkerKind;

/**
 * What the dispatcher's workers do at a moment, and what there is for them to do.
 *
 * @param ready tasks that could run now if there were workers, by kind of worker; pauses between attempts are over
 * @param running tasks that are on a worker or on their way to one, by kind of worker
 * @param seats all members, those that leave included
 */
public record FleetView(Map<WorkerKind, Integer> ready, Map<WorkerKind, Integer> running, List<Seat> seats) {
    /** Copies what it is given. */
    public FleetView {
        ready = Map.copyOf(ready);
        running = Map.copyOf(running);
        seats = List.copyOf(seats);
    }

    /**
     * A member and what it does.
     *
     * @param state what is known of it
     * @param since when it came into this state, as far as this coordinator knows, by the dispatcher's clock
     */
    public record Seat(Member member, State state, Instant since) {}

    /** What is known of a member. */
    public enum State {
        /** It has not answered yet, or does not answer. */
        UNKNOWN,
        /** It waits for work. */
        IDLE,
        /** It works, or is about to. */
        BUSY,
        /** It answers, and gets nothing: it is set aside, stops, or its device failed. */
        UNUSABLE
    }
}
