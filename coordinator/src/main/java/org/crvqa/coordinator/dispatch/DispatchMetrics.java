package org.crvqa.coordinator.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;

/** What the dispatcher tells Prometheus. Written by the event loop, read by any thread. */
public final class DispatchMetrics {
    private final Map<TaskState, AtomicInteger> tasks = new EnumMap<>(TaskState.class);
    private final Map<TaskKind, AtomicInteger> queue = new EnumMap<>(TaskKind.class);
    private final Map<TaskKind, Counter> attempts = new EnumMap<>(TaskKind.class);
    private final Map<WorkerKind, AtomicInteger> setAside = new EnumMap<>(WorkerKind.class);
    private final Counter lostWorkers;
    private final Timer latency;

    /** Registers the meters. */
    public DispatchMetrics(MeterRegistry registry) {
        for (TaskState state : TaskState.values()) {
            if (state != TaskState.TASK_STATE_UNSPECIFIED && state != TaskState.UNRECOGNIZED) {
                tasks.put(
                        state,
                        registry.gauge("crvqa.tasks", Tags.of("state", EnumNames.of(state)), new AtomicInteger()));
            }
        }
        for (TaskKind kind : TaskKind.values()) {
            if (kind != TaskKind.TASK_KIND_UNSPECIFIED && kind != TaskKind.UNRECOGNIZED) {
                queue.put(
                        kind, registry.gauge("crvqa.queue", Tags.of("kind", EnumNames.of(kind)), new AtomicInteger()));
                attempts.put(kind, registry.counter("crvqa.attempts", "kind", EnumNames.of(kind)));
            }
        }
        for (WorkerKind kind : WorkerKind.values()) {
            if (kind != WorkerKind.WORKER_KIND_UNSPECIFIED && kind != WorkerKind.UNRECOGNIZED) {
                setAside.put(
                        kind,
                        registry.gauge(
                                "crvqa.workers.set.aside", Tags.of("kind", EnumNames.of(kind)), new AtomicInteger()));
            }
        }
        lostWorkers = registry.counter("crvqa.workers.lost");
        latency = Timer.builder("crvqa.dispatch.latency")
                .description("From ready to running")
                .serviceLevelObjectives(
                        Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(10))
                .register(registry);
    }

    void attempt(TaskKind kind, Duration waited) {
        attempts.get(kind).increment();
        latency.record(waited);
    }

    void workerLost() {
        lostWorkers.increment();
    }

    /** How many workers answer and get nothing. */
    void show(Roster roster) {
        setAside.forEach((kind, gauge) -> gauge.set(roster.setAside(kind)));
    }

    void show(TaskCounts counts) {
        tasks.forEach((state, gauge) -> gauge.set(counts.in(state)));
        queue.forEach((kind, gauge) -> gauge.set(counts.ready(kind)));
    }
}
