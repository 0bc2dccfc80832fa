package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.BenchTable;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator and very many workers over real gRPC on loopback, with short tasks: how many it brings to their ends in a
 * second. All in one process, with the store in memory or in a folder. {@code crvqa.bench.workers} (1,000), {@code
 * crvqa.bench.seconds} (60), {@code crvqa.bench.task.millis} (1,000; a task takes that and up to as much again). How to run
 * it stands in docs/scale.md.
 */
class LoadBench {
    private static final int WARM_UP_SECONDS = 15;
    private static final int HEARTBEAT_MILLIS = 500;
    /** Of 1,000 workers, of tasks that take a second at least. */
    private static final int MOST_A_SECOND = 1000;

    @TempDir
    private Path folder;

    private final BenchTable table = new BenchTable(
            "store",
            "workers",
            "tasks a second",
            "slowest second",
            "attempts lost or failed",
            "refused",
            "threads at most",
            "heap after collections at most, MB");

    private final BenchTable.Heap heap = new BenchTable.Heap();

    @Test
    void tasksASecond() throws Exception {
        try (InMemoryObjectStore memory = new InMemoryObjectStore()) {
            run("memory", memory);
        }
        try (ObjectStore files =
                ObjectStores.open(StoreSettings.of(folder.resolve("files").toUri()))) {
            run("folder", files);
        }
        table.print("Tasks over gRPC");
    }

    private void run(String name, ObjectStore store) throws Exception {
        try (StoreFixture fixture = new StoreFixture(folder)) {
            fixture.store
                    .list("")
                    .forEach(object ->
                            store.put(object, fixture.store.read(object).orElseThrow()));
        }
        int workers = BenchTable.size("workers", 1000);
        int seconds = BenchTable.size("seconds", 60);
        try (FakeFleet fleet = new FakeFleet(store, BenchTable.size("task.millis", 1000), HEARTBEAT_MILLIS)) {
            List<Member> members = new ArrayList<>(fleet.members(WorkerKind.WORKER_KIND_TRAINER, workers / 2));
            members.addAll(fleet.members(WorkerKind.WORKER_KIND_EVALUATOR, workers - workers / 2));
            try (BenchCoordinator coordinator = new BenchCoordinator(store, folder.resolve("cache"), members)) {
                coordinator.load();
                coordinator.experiments.submit(
                        coordinator.experiments.check(source((seconds + WARM_UP_SECONDS) * MOST_A_SECOND)));
                coordinator.tick();
                measure(name, workers, seconds, fleet, store);
            }
        }
    }

    private void measure(String name, int workers, int seconds, FakeFleet fleet, ObjectStore store) throws Exception {
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        threads.resetPeakThreadCount();
        heap.reset();
        long first = fleet.completed.get();
        long before = first;
        long slowest = Long.MAX_VALUE;
        long began = System.nanoTime();
        for (int i = 0; i < seconds; i++) {
            TimeUnit.NANOSECONDS.sleep(began + TimeUnit.SECONDS.toNanos(i + 1) - System.nanoTime());
            long now = fleet.completed.get();
            slowest = Math.min(slowest, now - before);
            before = now;
        }
        double took = (System.nanoTime() - began) / 1e9;
        int most = threads.getPeakThreadCount();
        long lost = store.list("tasks/").stream()
                .filter(object -> object.endsWith(".outcome.json"))
                .count();
        table.row(
                name, workers, (before - first) / took, slowest, lost, fleet.refused.get(), most, heap.mostMegabytes());
        assertThat(lost).as("attempts that were lost or failed").isZero();
    }

    /** Dense models and their evaluations: as many of the one as of the other. */
    private static ExperimentSource source(int tasks) {
        String seeds = IntStream.range(0, tasks / 2).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String yaml = Samples.yaml()
                .replaceAll("(?s)subnetworks:.*?seeds:", "seeds:")
                .replaceAll("(?s)stage2:.*?evaluate:", "evaluate:")
                .replace("stage1_losses: [bce, lmh]", "stage1_losses: [bce]")
                .replace("seeds: [0, 1]", "seeds: [" + seeds + "]");
        return ExperimentSource.newBuilder().setYaml(yaml).build();
    }
}
