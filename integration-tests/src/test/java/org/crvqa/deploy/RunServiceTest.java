package org.crvqa.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.crvqa.it.fault.ControlGroup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first process of the images, with a shell in the place of a service. */
class RunServiceTest {
    private static final Path SCRIPT = Kustomization.deployFolder().resolve("docker/run-service.sh");

    private static final List<String> INTERRUPTIBLE = List.of("env", "--default-signal=INT");

    private static final List<String> CONTAINER = List.of("unshare", "--pid", "--fork", "--mount-proc");

    @TempDir
    private Path folder;

    private Path groups;

    @BeforeEach
    void layOutAControlGroup() throws Exception {
        groups = Files.createDirectories(folder.resolve("groups"));
        kills(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 75})
    void run_serviceEnds_endsWithItsStatusAndWritesItDown(int status) throws Exception {
        Process first = start(List.of(), "exit " + status);

        assertThat(end(first)).isEqualTo(status);
        assertThat(number("status")).isEqualTo(status);
        assertThat(number("memory_kills")).isZero();
    }

    @Test
    void run_serviceIsKilledForMemory_writesDownThatTheKernelCountedIt() throws Exception {
        Process first = start(List.of(), "echo 'oom_kill 1' > " + groups.resolve("memory.events") + "; kill -KILL $$");

        assertThat(end(first)).isEqualTo(137);
        assertThat(number("status")).isEqualTo(137);
        assertThat(number("memory_kills")).isEqualTo(1);
    }

    @Test
    void run_service_knowsTheRunThatTheNoteIsNamedAfter() throws Exception {
        Process first = start(List.of(), "echo $CRVQA_RUN_ID");

        String run = first.inputReader().readLine();

        assertThat(end(first)).isZero();
        assertThat(note().getFileName()).hasToString("exit-" + run + ".json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void run_toldToStop_tellsTheServiceAndWaitsForIt(String signal) throws Exception {
        Process first = start(List.of(), "trap 'kill $!; exit 7' TERM; sleep 60 & echo ready; wait");
        assertThat(first.inputReader().readLine()).isEqualTo("ready");

        new ProcessBuilder("kill", "-" + signal, Long.toString(first.pid()))
                .start()
                .waitFor();

        assertThat(end(first)).isEqualTo(7);
        assertThat(number("status")).isEqualTo(7);
    }

    @Test
    void run_asTheFirstProcessOfItsNamespace_isToldToStopAsInAContainer() throws Exception {
        assumeTrue(permits(CONTAINER), "No namespaces of one's own are permitted here");
        Process outside = start(CONTAINER, "trap 'kill $!; exit 7' TERM; sleep 60 & echo $PPID; wait");
        BufferedReader output = outside.inputReader();
        assertThat(output.readLine()).isEqualTo("1");

        // As the runtime of a container does it: from outside, to the process that is the first inside.
        ProcessHandle first = outside.children().findFirst().orElseThrow();
        first.destroy();

        assertThat(end(outside)).isEqualTo(7);
        assertThat(number("status")).isEqualTo(7);
    }

    /** Nothing is made up: a namespace and a control group as a container has them, and a service that wants all memory. */
    @Test
    void run_inAContainerWhoseMemoryIsExhausted_writesDownThatTheKernelKilledIt() throws Exception {
        try (ControlGroup small = ControlGroup.create("crvqa-run-service", 64 << 20)) {
            assumeTrue(small.usable() && permits(CONTAINER), "Needs the right to create control groups and namespaces");
            groups = Path.of("/sys/fs/cgroup");
            List<String> container = new ArrayList<>(small.entering());
            container.addAll(CONTAINER);

            Process outside = start(container, "exec tail /dev/zero");

            assertThat(end(outside)).isEqualTo(137);
            assertThat(number("status")).isEqualTo(137);
            assertThat(number("memory_kills")).isEqualTo(1);
        }
    }

    @Test
    void run_placeForTheNoteCannotBeWritten_endsWithTheStatusAllTheSame() throws Exception {
        Files.writeString(folder.resolve("cache"), "not a folder");
        assertThat(end(start(List.of(), "exit 75"))).isEqualTo(75);
    }

    private void kills(int count) throws IOException {
        Files.writeString(groups.resolve("memory.events"), "low 0\noom 0\noom_kill " + count + "\noom_group_kill 0\n");
    }

    private Process start(List<String> prefix, String service) throws Exception {
        // A build that runs in the background of a script ignores SIGINT, and so would all that it starts.
        List<String> command = new ArrayList<>(permits(INTERRUPTIBLE) ? INTERRUPTIBLE : List.of());
        command.addAll(prefix);
        command.addAll(List.of("sh", SCRIPT.toString(), "sh", "-c", service));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CRVQA_CACHE", folder.resolve("cache").toString());
        builder.environment().put("CRVQA_CONTROL_GROUPS", groups.toString());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return builder.start();
    }

    private static boolean permits(List<String> prefix) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private double number(String field) throws IOException {
        Struct.Builder note = Struct.newBuilder();
        JsonFormat.parser().merge(Files.readString(note()), note);
        return note.getFieldsOrThrow(field).getNumberValue();
    }

    private Path note() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.findFirst().orElseThrow();
        }
    }
}
