package org.crvqa.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.crvqa.coordinator.v1.ExperimentState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients in docs/clients, run as a reader would run them, against a coordinator that plays a part. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClientsTest {
    private static final Path CLIENTS = clients();

    private record Result(int exit, String output) {}

    @Test
    void javaClient_experimentSucceeds_printsTasksAndReport() throws Exception {
        try (ScriptedCoordinator coordinator =
                ScriptedCoordinator.endingIn(ExperimentState.EXPERIMENT_STATE_SUCCEEDED)) {
            Path file = CLIENTS.resolve("experiment.yaml");
            Result result = java(coordinator.address(), file);
            assertSucceeded(result);
            assertThat(coordinator.submitted()).containsExactly(Files.readString(file));
        }
    }

    @Test
    void javaClient_experimentFails_exitsWithOne() throws Exception {
        try (ScriptedCoordinator coordinator = ScriptedCoordinator.endingIn(ExperimentState.EXPERIMENT_STATE_FAILED)) {
            assertThat(java(coordinator.address(), CLIENTS.resolve("experiment.yaml"))
                            .exit())
                    .isEqualTo(1);
        }
    }

    @Test
    void javaClient_fileRefused_saysWhy(@TempDir Path folder) throws Exception {
        try (ScriptedCoordinator coordinator =
                ScriptedCoordinator.endingIn(ExperimentState.EXPERIMENT_STATE_SUCCEEDED)) {
            Result result = java(coordinator.address(), Files.writeString(folder.resolve("x.yaml"), "refuse: me\n"));
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.output()).contains("INVALID_ARGUMENT", "line 1, column 1");
        }
    }

    @Test
    void pythonClient_experimentSucceeds_printsTasksAndReport() throws Exception {
        assumeTrue(hasPythonGrpc(), "no python3 with grpcio and grpcio-tools: the Python client is not run");
        try (ScriptedCoordinator coordinator =
                ScriptedCoordinator.endingIn(ExperimentState.EXPERIMENT_STATE_SUCCEEDED)) {
            Path file = CLIENTS.resolve("experiment.yaml");
            Result result = python(coordinator.address(), file);
            assertSucceeded(result);
            assertThat(coordinator.submitted()).containsExactly(Files.readString(file));
        }
    }

    private static void assertSucceeded(Result result) {
        assertThat(result.output())
                .contains(ScriptedCoordinator.ID + ": submitted")
                .contains("[0/1] stage 1 lmh, tiny, seed 0: running, train 3 of 10")
                .contains("[1/1] stage 1 lmh, tiny, seed 0: done")
                .containsPattern("lmh +62\\.5 ± 1\\.3|lmh +62\\.5 ± 1\\.2")
                .contains("note: protocol heldout");
        assertThat(result.exit()).isZero();
    }

    private static Result java(String address, Path file) throws Exception {
        return run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                CLIENTS.resolve("java/SubmitAndWatch.java").toString(),
                address,
                file.toString()));
    }

    private static Result python(String address, Path file) throws Exception {
        return run(
                List.of("python3", CLIENTS.resolve("python/submit_and_watch.py").toString(), address, file.toString()));
    }

    private static boolean hasPythonGrpc() throws InterruptedException {
        try {
            return run(List.of("python3", "-c", "import grpc, grpc_tools")).exit() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true);
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Result(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path clients() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve("docs/clients"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no docs/clients above " + Path.of("").toAbsolutePath()));
    }
}
