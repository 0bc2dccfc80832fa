package org.crvqa.coordinator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How a coordinator's calls take many large experiments, as its clients see it: a real process with a heap of 717 MiB over a
 * file store, no worker. {@code crvqa.bench.program}: the packaged program; {@code crvqa.bench.experiments} (100), {@code
 * crvqa.bench.seeds} of each (500, which make 4,000 tasks). How to run it stands in docs/scale.md.
 */
class ManyExperimentsBench {
    private static final Path PROGRAM =
            Path.of(System.getProperty("crvqa.bench.program", "target/quarkus-app/quarkus-run.jar"));

    private static final String HOST = "127.0.0.1";
    private static final int SHOWN_EVERY = 10;
    private static final int PROBE_MILLIS = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int seeds = BenchTable.size("seeds", 500);
    private final BenchTable table = new BenchTable("what", "value", "unit");
    private int grpc;
    private int http;
    private ManagedChannel channel;
    private Process process;

    @TempDir
    private Path folder;

    @Test
    void callsOfClients() throws Exception {
        assumeTrue(
                Files.exists(PROGRAM),
                () -> "There is no " + PROGRAM.toAbsolutePath() + "; package the coordinator first");
        new StoreFixture(folder).close();
        grpc = freePort();
        http = freePort();
        channel = Grpc.newChannelBuilder(HOST + ":" + grpc, InsecureChannelCredentials.create())
                .build();
        process = startProcess();
        try {
            run(BenchTable.size("experiments", 100));
        } finally {
            process.destroyForcibly().waitFor();
            channel.shutdownNow();
        }
        table.print("Many experiments, as clients see it");
    }

    private void run(int experiments) throws Exception {
        awaitAnswer();
        List<String> ids = new ArrayList<>();
        AtomicLong slowest = new AtomicLong();
        ScheduledExecutorService beside = Executors.newSingleThreadScheduledExecutor();
        beside.scheduleWithFixedDelay(
                () -> slowest.accumulateAndGet(nanos(this::list), Math::max), 0, PROBE_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = 1; i <= experiments; i++) {
            int number = i;
            long took = nanos(() -> ids.add(submit(number)));
            if (i % SHOWN_EVERY == 0 || i == 1) {
                say("submission number " + i, took);
                say("  the slowest list beside those since", slowest.getAndSet(0));
            }
        }
        beside.shutdownNow();
        beside.awaitTermination(1, TimeUnit.MINUTES);
        calls(ids);
        sayMemory();
        process.destroyForcibly().waitFor();
        process = startProcess();
        say("restart until it answers", nanos(this::awaitAnswer));
        String last = ids.get(ids.size() - 1);
        say("  the status of the newest then", nanos(() -> status(last)));
        say("  until all are read", nanos(this::awaitLoaded));
        calls(ids.subList(1, ids.size()));
        sayMemory();
    }

    private void calls(List<String> ids) {
        for (int i = 0; i < 3; i++) {
            list();
            status(ids.get(1));
        }
        say("list", nanos(this::list));
        say("status", nanos(() -> status(ids.get(1))));
        say("watch, first word", nanos(() -> watch(ids.get(1))));
        say("cancel", nanos(() -> cancel(ids.get(0))));
    }

    private CoordinatorServiceBlockingStub stub() {
        return CoordinatorServiceGrpc.newBlockingStub(channel).withDeadlineAfter(2, TimeUnit.MINUTES);
    }

    private String submit(int number) {
        String numbers = IntStream.range(0, seeds)
                .mapToObj(i -> Integer.toString(number * seeds + i))
                .collect(Collectors.joining(", "));
        String yaml = Samples.yaml()
                .replace("name: small", "name: large-" + number)
                .replace("seeds: [0, 1]", "seeds: [" + numbers + "]")
                .replace("  - method: magnitude\n    stage1_losses: [lmh]\n    sparsities: [0.7]\n", "");
        return stub().submitExperiment(SubmitExperimentRequest.newBuilder()
                        .setSource(ExperimentSource.newBuilder().setYaml(yaml))
                        .build())
                .getExperiment()
                .getId();
    }

    private void list() {
        stub().listExperiments(ListExperimentsRequest.getDefaultInstance());
    }

    private void status(String id) {
        stub().getExperiment(
                        GetExperimentRequest.newBuilder().setExperimentId(id).build());
    }

    private void watch(String id) {
        Iterator<WatchExperimentResponse> words = stub().watchExperiment(
                        WatchExperimentRequest.newBuilder().setExperimentId(id).build());
        words.next();
    }

    private void cancel(String id) {
        stub().cancelExperiment(
                        CancelExperimentRequest.newBuilder().setExperimentId(id).build());
    }

    private void awaitAnswer() {
        until(() -> {
            try {
                list();
                return true;
            } catch (StatusRuntimeException e) {
                return false;
            }
        });
    }

    private void awaitLoaded() {
        until(() -> metric("crvqa_experiments_loading") == 0);
    }

    private double metric(String name) {
        try {
            String all = HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + http + "/q/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return all.lines()
                    .filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process startProcess() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx717m",
                "-XX:+UseSerialGC",
                "-XX:+CrashOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-jar",
                PROGRAM.toAbsolutePath().toString());
        builder.environment()
                .putAll(Map.of(
                        "CRVQA_STORE", folder.resolve("store").toUri().toString(),
                        "CRVQA_CACHE", folder.resolve("cache").toString(),
                        "CRVQA_HOST", HOST,
                        "CRVQA_GRPC_PORT", Integer.toString(grpc),
                        "CRVQA_HTTP_PORT", Integer.toString(http),
                        "CRVQA_TRAINERS", HOST + ":1",
                        "CRVQA_PARENT_PID",
                                Long.toString(ProcessHandle.current().pid())));
        builder.directory(folder.toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                folder.resolve("coordinator.log").toFile()));
        return builder.start();
    }

    /** Linux only. */
    private void sayMemory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            lines.filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
                    .forEach(line -> table.row(
                            line.startsWith("VmHWM") ? "memory of the process, at most" : "memory of the process",
                            Long.parseLong(line.replaceAll("\\D", "")) / 1024,
                            "MiB"));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static long nanos(Runnable action) {
        long began = System.nanoTime();
        action.run();
        return System.nanoTime() - began;
    }

    private void say(String what, long nanos) {
        table.row(what, nanos / 1e9, "s");
    }
}
