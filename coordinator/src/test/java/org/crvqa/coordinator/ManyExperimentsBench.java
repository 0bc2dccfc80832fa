package org.crvqa.coordinator;

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
import java.util.Locale;
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

/**
 * How a coordinator's calls take many large experiments, as its clients see it: a real process with a heap of 717 MiB over a
 * file store, no worker. Arguments: the packaged program ({@code coordinator/target/quarkus-app/quarkus-run.jar}),
 * experiments (100), seeds of each (500, which make 4,000 tasks). A main class, to be run with the test class path of this
 * module, as an IDE does.
 */
final class ManyExperimentsBench {
    private static final String HOST = "127.0.0.1";
    private static final int SHOWN_EVERY = 10;
    private static final int PROBE_MILLIS = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path program;
    private final Path folder;
    private final int seeds;
    private final int grpc;
    private final int http;
    private final ManagedChannel channel;
    private Process process;

    private ManyExperimentsBench(Path program, Path folder, int seeds) throws IOException {
        this.program = program;
        this.folder = folder;
        this.seeds = seeds;
        this.grpc = freePort();
        this.http = freePort();
        this.channel = Grpc.newChannelBuilder(HOST + ":" + grpc, InsecureChannelCredentials.create())
                .build();
        this.process = startProcess();
    }

    public static void main(String[] arguments) throws Exception {
        int experiments = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        int seeds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
        Path folder = Files.createTempDirectory("many-experiments-bench");
        new StoreFixture(folder).close();
        ManyExperimentsBench bench = new ManyExperimentsBench(Path.of(arguments[0]), folder, seeds);
        try {
            bench.run(experiments);
        } finally {
            bench.process.destroyForcibly().waitFor();
            bench.channel.shutdownNow();
        }
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
                program.toAbsolutePath().toString());
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
        System.out.println("Starting; log " + folder.resolve("coordinator.log"));
        return builder.start();
    }

    /** Linux only. */
    private void sayMemory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            lines.filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
                    .forEach(System.out::println);
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

    private static void say(String what, long nanos) {
        System.out.printf(Locale.ROOT, "%-40s %10.3f s%n", what, nanos / 1e9);
    }
}
