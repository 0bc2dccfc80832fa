package org.crvqa.worker;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the thread that does a task's work last gave a sign. Heartbeats come from another thread and say only that the process
 * lives; whether its work goes on, this tells. Thread-safe.
 */
final class WorkSigns {
    private final LongSupplier nanoTime;
    private volatile long latest;

    /** The beginning is the first sign. {@code nanoTime}: as {@link System#nanoTime}. */
    WorkSigns(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.latest = nanoTime.getAsLong();
    }

    /** The work goes on. */
    void give() {
        latest = nanoTime.getAsLong();
    }

    /** How long there has been none. */
    Duration quietFor() {
        return Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - latest));
    }
}
