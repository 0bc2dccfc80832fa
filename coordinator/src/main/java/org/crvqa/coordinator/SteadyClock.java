package org.crvqa.coordinator;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * The time of the system when the process started, and since then only what has passed. A clock that is set while the
 * process runs makes no worker look silent, and no poll or retry wait for hours. Thread-safe.
 */
final class SteadyClock extends Clock {
    private final Clock system;
    private final LongSupplier nanos;
    private final Instant start;
    private final long startNanos;

    /** {@code nanos}: as {@link System#nanoTime()}. */
    SteadyClock(Clock system, LongSupplier nanos) {
        this(system, nanos, system.instant(), nanos.getAsLong());
    }

    private SteadyClock(Clock system, LongSupplier nanos, Instant start, long startNanos) {
        this.system = system;
        this.nanos = nanos;
        this.start = start;
        this.startNanos = startNanos;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }

    @Override
    public ZoneId getZone() {
        return system.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(system.withZone(zone), nanos, start, startNanos);
    }
}
