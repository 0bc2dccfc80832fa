package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.S3ProxyProcess;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.BenchTable;
import org.crvqa.coordinator.BenchTable.Timed;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.PlanTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Planning and submitting one large experiment, and restarting a coordinator when half of it is done: over a store in a
 * folder, and over S3Proxy. {@code crvqa.bench.tasks}: its tasks (100,000). How to run it stands in docs/scale.md.
 */
class ScaleBench {
    /** Stage 1, three searches and their evaluations. */
    private static final int TASKS_OF_A_SEED = 10;

    private static final int AT_WORK = 1000;
    private static final String BUCKET = "bench";

    @TempDir
    private Path folder;

    private final BenchTable.Heap heap = new BenchTable.Heap();
    private final BenchTable table =
            new BenchTable("step", "seconds", "processor time, s", "requests", "heap after collections at most, MB");

    @Test
    void overAFolder() throws Exception {
        new StoreFixture(folder).close();
        try (ObjectStore store =
                ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()))) {
            run(store, folder.resolve("store"), BenchTable.size("tasks", 100_000));
        }
        table.print("A store in a folder");
    }

    @Test
    void overS3Proxy() throws Exception {
        new StoreFixture(folder).close();
        System.setProperty("aws.accessKeyId", S3ProxyProcess.IDENTITY);
        System.setProperty("aws.secretAccessKey", S3ProxyProcess.CREDENTIAL);
        Files.createDirectories(folder.resolve("objects"));
        // The server finds as objects what lies in the folder of a bucket.
        Path bucket = folder.resolve("objects").resolve(BUCKET);
        Files.move(folder.resolve("store"), bucket);
        try (S3ProxyProcess server = S3ProxyProcess.start(folder);
                ObjectStore store = ObjectStores.open(new StoreSettings(
                        URI.create("s3://" + BUCKET), Optional.of(server.endpoint()), Optional.empty(), true))) {
            run(store, bucket, BenchTable.size("tasks", 100_000));
        }
        table.print("S3Proxy");
    }

    private void run(ObjectStore store, Path objects, int tasks) throws Exception {
        CountingStore counting = new CountingStore(store);
        Experiments.Checked checked;
        try (BenchCoordinator coordinator = coordinator(counting)) {
            coordinator.load();
            checked = step("planning", counting, () -> coordinator.experiments.check(source(tasks)));
            System.out.printf("%d tasks%n", checked.plan().tasks().size());
            step("submitting", counting, () -> coordinator.experiments.submit(checked));
        }
        List<PlanTask> planned = checked.plan().tasks();
        Timed<Void> made = BenchTable.timed(() -> half(objects, planned));
        System.out.printf(Locale.ROOT, "%.1f s to make half of the results%n", made.seconds());
        try (BenchCoordinator coordinator = coordinator(counting)) {
            step("restart, half of it done", counting, () -> {
                coordinator.load();
                return null;
            });
            step("its status", counting, () -> {
                assertThat(coordinator.experiments.status(checked.id()).getTasksDone())
                        .isEqualTo(planned.size() / 2);
                return null;
            });
        }
    }

    private BenchCoordinator coordinator(ObjectStore store) {
        return new BenchCoordinator(store, folder.resolve("cache"), List.of());
    }

    private <T> T step(String name, CountingStore counting, Callable<T> work) throws Exception {
        counting.reset();
        heap.reset();
        Timed<T> timed = BenchTable.timed(work);
        table.row(name, timed.seconds(), timed.cpuSeconds(), requests(counting), heap.mostMegabytes());
        System.out.printf(Locale.ROOT, "%s: %.1f s%n", name, timed.seconds());
        return timed.result();
    }

    private static String requests(CountingStore counting) {
        return counting.counts().entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static ExperimentSource source(int tasks) {
        String seeds = IntStream.range(0, tasks / TASKS_OF_A_SEED)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
        return ExperimentSource.newBuilder()
                .setYaml(Samples.yaml().replace("seeds: [0, 1]", "seeds: [" + seeds + "]"))
                .build();
    }

    /** As workers leave them, with a thousand more that were at work: written past the store, for the sake of time. */
    private static Void half(Path objects, List<PlanTask> tasks) throws IOException {
        int done = tasks.size() / 2;
        for (PlanTask task : tasks.subList(0, done)) {
            Path artifact = objects.resolve("artifacts/" + task.key());
            Manifest.Builder manifest = Manifest.newBuilder()
                    .setKey(task.key().hex())
                    .setSpec(task.spec())
                    .addAllInputKeys(
                            task.dependsOn().stream().map(key -> key.hex()).toList())
                    .setProducer(Producer.newBuilder()
                            .setStarted(Timestamp.newBuilder().setSeconds(1_000_000))
                            .setFinished(Timestamp.newBuilder().setSeconds(1_000_060)));
            for (String file : List.of("config.json", "model.safetensors")) {
                byte[] content = bytes(file + task.key());
                manifest.addFiles(FileEntry.newBuilder()
                        .setName(file)
                        .setSizeBytes(content.length)
                        .setSha256(Sha256.hex(content)));
                write(artifact.resolve(Sha256.hex(content)).resolve(file), content);
            }
            write(artifact.resolve("manifest.json"), bytes(CanonicalJson.of(manifest.build())));
        }
        for (PlanTask task : tasks.subList(0, Math.min(tasks.size(), done + AT_WORK))) {
            write(objects.resolve("tasks/" + task.key() + "/attempts/1.json"), bytes("{}"));
        }
        return null;
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
