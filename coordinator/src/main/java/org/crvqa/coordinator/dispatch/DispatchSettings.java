package org.crvqa.coordinator.dispatch;

import java.time.Duration;

/**
 * How the dispatcher behaves.
 *
 * @param silence after which a worker whose stream says nothing counts as lost
 * @param pollInterval between two questions to a worker what it does
 */
public record DispatchSettings(Duration silence, Duration pollInterval) {
    /** How often the dispatcher looks at the clock. */
    public static final Duration TICK = Duration.ofMillis(250);

    /** @throws IllegalArgumentException when a duration is not positive */
    public DispatchSettings {
        if (silence.isNegative() || silence.isZero() || pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("Durations must be positive: " + silence + ", " + pollInterval);
        }
    }
}
