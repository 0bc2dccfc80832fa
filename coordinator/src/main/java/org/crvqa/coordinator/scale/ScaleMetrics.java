package org.crvqa.coordinator.scale;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.study.spec.EnumNames;
import org.crvqa.task.v1.WorkerKind;

/**
 * What the leader tells Prometheus of the pools, by kind of worker: what would be wanted, what they are asked to have, what
 * runs and what is ready. From the first, whoever else scales a pool can do so. All 0 while this coordinator does not lead.
 */
public final class ScaleMetrics {
    private static final List<WorkerKind> KINDS =
            List.of(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR);

    private final Map<WorkerKind, AtomicInteger> wanted;
    private final Map<WorkerKind, AtomicInteger> asked;
    private final Map<WorkerKind, AtomicInteger> running;
    private final Map<WorkerKind, AtomicInteger> ready;

    /** Registers the meters. */
    public ScaleMetrics(MeterRegistry registry) {
        wanted = gauges(registry, "crvqa.workers.wanted");
        asked = gauges(registry, "crvqa.workers.asked");
        running = gauges(registry, "crvqa.workers.tasks.running");
        ready = gauges(registry, "crvqa.workers.tasks.ready");
    }

    private static Map<WorkerKind, AtomicInteger> gauges(MeterRegistry registry, String name) {
        Map<WorkerKind, AtomicInteger> gauges = new EnumMap<>(WorkerKind.class);
        for (WorkerKind kind : KINDS) {
            gauges.put(kind, registry.gauge(name, Tags.of("kind", EnumNames.of(kind)), new AtomicInteger()));
        }
        return gauges;
    }

    void show(FleetView fleet, Map<WorkerKind, Pools.Size> sizes, Map<WorkerKind, Integer> wants) {
        for (WorkerKind kind : KINDS) {
            Pools.Size size = sizes.get(kind);
            wanted.get(kind).set(wants.getOrDefault(kind, 0));
            asked.get(kind).set(size == null ? 0 : size.workers());
            running.get(kind).set(fleet.running().getOrDefault(kind, 0));
            ready.get(kind).set(fleet.ready().getOrDefault(kind, 0));
        }
    }

    void clear() {
        show(new FleetView(Map.of(), Map.of(), List.of()), Map.of(), Map.of());
    }
}
