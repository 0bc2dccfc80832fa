package org.crvqa.coordinator.api;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What the coordinator tells Prometheus of the experiments in its store. Any thread. */
public final class ExperimentMetrics {
    private final AtomicLong unreadable;
    private final AtomicLong waiting;

    /** Registers the meters. */
    public ExperimentMetrics(MeterRegistry registry) {
        unreadable = registry.gauge("crvqa.experiments.unreadable", new AtomicLong());
        waiting = registry.gauge("crvqa.experiments.loading", new AtomicLong());
    }

    void count(long unreadable, long waiting) {
        this.unreadable.set(unreadable);
        this.waiting.set(waiting);
    }
}
