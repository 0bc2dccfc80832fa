package org.crvqa.coordinator.dispatch;

import java.time.Duration;

/**
 * How the dispatcher behaves.
 *
 * @param silence after which a worker whose stream says nothing counts as lost
 * @param pollInterval between two questions to a worker what it does
 * @param lossesWithoutProgress workers that a task may take with it, without a newer saved state in between, before it
 *     is given up
 */
public record DispatchSettings(Duration silence, Duration pollInterval, int lossesWithoutProgress) {
    /** How often the dispatcher looks at the clock. */
    public static final Duration TICK = Duration.ofMillis(250);

    /** What {@link #lossesWithoutProgress} is unless said otherwise. */
    public static final int LOSSES_WITHOUT_PROGRESS = 10;

    /** @throws IllegalArgumentException when a duration or number is not positive */
    public DispatchSettings {
        if (silence.isNegative() || silence.isZero() || pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("Durations must be positive: " + silence + ", " + pollInterval);
        }
        if (lossesWithoutProgress < 1) {
            throw new IllegalArgumentException("Expected at least one loss, found " + lossesWithoutProgress);
        }
    }

    /** With the usual number of losses. */
    public DispatchSettings(Duration silence, Duration pollInterval) {
        this(silence, pollInterval, LOSSES_WITHOUT_PROGRESS);
    }
}
