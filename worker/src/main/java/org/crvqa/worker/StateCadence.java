package org.crvqa.worker;

import java.time.Duration;

/**
 * How often a running task saves a resumable state.
 *
 * @param interval at the latest after so much time; zero: never by time
 * @param steps at the latest after so many steps; 0: never by steps
 */
public record StateCadence(Duration interval, long steps) {
    /**
     * The time between two states is at least this many times the pause of training that the latest one took, however
     * short the cadence: pauses take less than 1 % of the time.
     */
    private static final long LEAST_INTERVAL_IN_PAUSES = 110;

    /** No states. */
    static final StateCadence NEVER = new StateCadence(Duration.ZERO, 0);

    /** @throws IllegalArgumentException when one is negative */
    public StateCadence {
        if (interval.isNegative() || steps < 0) {
            throw new IllegalArgumentException("Not a cadence: " + interval + ", " + steps + " steps");
        }
    }

    /** Whether a state is due, so long and so many steps after the latest one, which paused training for so long. */
    boolean isDue(Duration since, long stepsSince, Duration latestPause) {
        boolean wanted = (!interval.isZero() && since.compareTo(interval) >= 0) || (steps > 0 && stepsSince >= steps);
        return wanted && since.compareTo(latestPause.multipliedBy(LEAST_INTERVAL_IN_PAUSES)) >= 0;
    }
}
