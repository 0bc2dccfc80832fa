package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether the workers that a pool is asked to have come to be there. A pool in which none has come for the patience is not
 * trusted with more devices than it uses while others could use them; for the patience first, then for twice as long each
 * time up to 32 times. One that comes makes it trusted again.
 *
 * @param there workers that have answered, at the last look
 * @param lackingSince since when the pool has waited for the next one; the latest {@link Instant} when it does not
 * @param distrustedUntil when it is trusted again
 * @param failures how often in a row the patience ran out
 */
record Starts(int there, Instant lackingSince, Instant distrustedUntil, int failures) {
    static final Starts FIRST = new Starts(0, Instant.MAX, Instant.MIN, 0);

    private static final int MOST_DOUBLINGS = 5;

    /** After another look: of {@code size} workers asked for {@code answered} are there. */
    Starts looked(int size, int answered, Duration patience, Instant now) {
        if (answered > there) {
            return new Starts(answered, answered < size ? now : Instant.MAX, Instant.MIN, 0);
        }
        if (answered >= size) {
            return new Starts(answered, Instant.MAX, distrustedUntil, failures);
        }
        if (lackingSince.equals(Instant.MAX) || (isOver(now) && lackingSince.isBefore(distrustedUntil))) {
            // It lacks some from now on, or is given another try.
            return new Starts(answered, now, distrustedUntil, failures);
        }
        if (isOver(now) && !lackingSince.plus(patience).isAfter(now)) {
            Duration pause = patience.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
            return new Starts(answered, lackingSince, now.plus(pause), failures + 1);
        }
        return new Starts(answered, lackingSince, distrustedUntil, failures);
    }

    boolean trusted(Instant now) {
        return isOver(now);
    }

    private boolean isOver(Instant now) {
        return !distrustedUntil.isAfter(now);
    }
}
