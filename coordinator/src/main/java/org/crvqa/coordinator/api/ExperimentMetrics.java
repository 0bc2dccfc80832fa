package org.crvqa.coordinator.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What the coordinator tells Prometheus of the experiments in its store. Any thread. */
public final class ExperimentMetrics {
    private final AtomicLong unreadable;
    private final AtomicLong waiting;
    private final Counter garbageSetAside;

    /** Registers the meters. */
    public ExperimentMetrics(MeterRegistry registry) {
        unreadable = registry.gauge("crvqa.experiments.unreadable", new AtomicLong());
        waiting = registry.gauge("crvqa.experiments.loading", new AtomicLong());
        garbageSetAside = Counter.builder("crvqa.gc.set.aside")
                .description("What collections of garbage could not read, so that it or what it may protect stayed")
                .register(registry);
    }

    void garbageSetAside(int count) {
        garbageSetAside.increment(count);
    }

    void count(long unreadable, long waiting) {
        this.unreadable.set(unreadable);
        this.waiting.set(waiting);
    }
}
