package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.console.TerminalSize;
import org.crvqa.cli.local.ClusterFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs of a cluster that runs: the test holds its lock. */
@Timeout(60)
class LogsCommandTest {
    private static final String KEY = "0123456789ab";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ClusterFolder cluster;
    private Path log;

    @BeforeEach
    void write() throws IOException {
        cluster = new ClusterFolder(folder.resolve("cluster"));
        log = Files.createDirectories(cluster.logs()).resolve("trainer.log");
        Files.writeString(log, line("attempt 1 accepted (TRAIN)"));
    }

    @Test
    void follow_untilTheClusterEnds_printsWhatComesAndWhatItSaidLast() throws Exception {
        CompletableFuture<Integer> command;
        try (FileLock lock = cluster.lock().orElseThrow()) {
            command = CompletableFuture.supplyAsync(() -> follow(out));
            await("attempt 1 accepted");
            append("attempt 1 COMPLETED");
            await("attempt 1 COMPLETED");
            append("is what it said last");
            assertThat(lock.isValid()).isTrue();
        }

        assertThat(command.get()).isEqualTo(ExitCode.OK);
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(3)
                .last()
                .asString()
                .endsWith("is what it said last");
    }

    @Test
    void follow_pagerIsLeft_endsThoughTheClusterRuns() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        try (FileLock lock = cluster.lock().orElseThrow()) {
            assertThat(follow(broken)).isEqualTo(ExitCode.OK);
            assertThat(lock.isValid()).isTrue();
        }
    }

    private int follow(OutputStream to) {
        PrintStream results = new PrintStream(to, true, StandardCharsets.UTF_8);
        Console console = new Console(results, results, false, false, false, false, TerminalSize.fixed(100, 50));
        CliContext context = new CliContext(console, Map.of(), folder, folder.toString(), InstantSource.system());
        return Crvqa.run(
                context, "logs", KEY, "--follow", "--dir", cluster.path().toString());
    }

    private void await(String text) {
        while (!out.toString(StandardCharsets.UTF_8).contains(text)) {
            Thread.onSpinWait();
        }
    }

    private void append(String text) throws IOException {
        Files.writeString(log, line(text), StandardOpenOption.APPEND);
    }

    private static String line(String text) {
        return "2026-11-27 10:00:00,000 INFO  [T] (t) Task " + KEY + " " + text + "\n";
    }
}
