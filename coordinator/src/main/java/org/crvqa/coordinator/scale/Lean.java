package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.time.Instant;

/**
 * That a pool should be larger, or smaller, than it is asked to be, for how long already, and by how much at least: a pool
 * follows only what has held for a while, and only as far as it held all the while.
 *
 * @param to the target of this time that is nearest to what the pool is asked to have
 */
record Lean(Direction direction, Instant since, int to) {
    enum Direction {
        NONE,
        UP,
        DOWN
    }

    static final Lean NONE = new Lean(Direction.NONE, Instant.EPOCH, 0);

    /** After another look. */
    Lean looked(int size, int target, Instant now) {
        if (target == size) {
            return NONE;
        }
        Direction towards = target > size ? Direction.UP : Direction.DOWN;
        // One that was followed as far as it went begins anew.
        if (towards != direction || to == size) {
            return new Lean(towards, now, target);
        }
        return new Lean(direction, since, towards == Direction.UP ? Math.min(to, target) : Math.max(to, target));
    }

    boolean held(Direction towards, Duration window, Instant now) {
        return direction == towards && !since.plus(window).isAfter(now);
    }
}
