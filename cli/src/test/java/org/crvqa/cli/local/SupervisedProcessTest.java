package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SupervisedProcessTest {
    private static final RestartBackoff QUICK =
            new RestartBackoff(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMinutes(1));

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private Optional<RuntimeException> listenerFailure = Optional.empty();

    @TempDir
    private Path folder;

    @Test
    void killed_wasRunning_isStartedAgainWithAnotherPid() throws Exception {
        SupervisedProcess process = start("echo started; exec sleep 1000", QUICK);
        ProcessHandle first = process.handle().orElseThrow();
        first.destroyForcibly();

        assertThat(next()).isEqualTo("died 137 after 5");
        assertThat(next()).isEqualTo("restarted");
        assertThat(process.handle().orElseThrow().pid()).isNotEqualTo(first.pid());
        assertThat(process.restarts()).isEqualTo(1);
        process.stop(Duration.ofSeconds(5));
    }

    @Test
    void diesAgainAndAgain_backoffGrowsToItsLimit() throws Exception {
        SupervisedProcess process = start("exit 3", QUICK);

        assertThat(List.of(next(), next(), next(), next(), next(), next(), next()))
                .containsExactly(
                        "died 3 after 5",
                        "restarted",
                        "died 3 after 10",
                        "restarted",
                        "died 3 after 20",
                        "restarted",
                        "died 3 after 20");
        process.stop(Duration.ofSeconds(5));
    }

    @Test
    void restart_programIsGoneForAWhile_isTriedAgain() throws Exception {
        Path program = Files.createSymbolicLink(folder.resolve("program"), Path.of("/bin/sh"));
        SupervisedProcess process = start(List.of(program.toString(), "-c", "exec sleep 1000"), QUICK);
        Files.delete(program);
        process.handle().orElseThrow().destroyForcibly();

        assertThat(next()).isEqualTo("died 137 after 5");
        assertThat(next()).isEqualTo("died -1 after 10");
        Files.createSymbolicLink(program, Path.of("/bin/sh"));
        String event = next();
        while (event.startsWith("died -1")) {
            event = next();
        }
        assertThat(event).isEqualTo("restarted");
        process.stop(Duration.ofSeconds(5));
    }

    @Test
    void listener_fails_processIsStartedAgainAllTheSame() throws Exception {
        listenerFailure = Optional.of(new IllegalStateException("disk full"));
        SupervisedProcess process = start("exec sleep 1000", QUICK);
        process.handle().orElseThrow().destroyForcibly();

        assertThat(next()).isEqualTo("died 137 after 5");
        assertThat(next()).isEqualTo("restarted");
        process.stop(Duration.ofSeconds(5));
    }

    @Test
    void stop_processThatIgnoresTerm_isEndedByForce() throws Exception {
        SupervisedProcess process = start("trap '' TERM; echo ready; while :; do sleep 0.05; done", QUICK);
        awaitLog("ready");
        ProcessHandle handle = process.handle().orElseThrow();

        process.stop(Duration.ofMillis(100));

        assertThat(handle.isAlive()).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void stop_waitingToRestart_startsNothingMore() throws Exception {
        SupervisedProcess process =
                start("exit 0", new RestartBackoff(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)));
        assertThat(next()).startsWith("died 0");

        process.stop(Duration.ofSeconds(5));

        assertThat(process.handle()).isEmpty();
        assertThat(process.restarts()).isZero();
    }

    private void awaitLog(String text) throws Exception {
        while (!Files.readString(folder.resolve("log")).contains(text)) {
            Thread.onSpinWait();
        }
    }

    private String next() throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        return event == null ? "nothing happened" : event;
    }

    private SupervisedProcess start(String script, RestartBackoff backoff) {
        return start(List.of("sh", "-c", script), backoff);
    }

    private SupervisedProcess start(List<String> command, RestartBackoff backoff) {
        ClusterListener listener = new ClusterListener() {
            @Override
            public void ready(String service) {}

            @Override
            public void died(String service, int exitValue, Duration restartIn) {
                events.add("died " + exitValue + " after " + restartIn.toMillis());
                listenerFailure.ifPresent(e -> {
                    throw e;
                });
            }

            @Override
            public void restarted(String service) {
                events.add("restarted");
            }
        };
        return new SupervisedProcess(
                new SupervisedProcess.Definition("fake", command, Map.of(), folder.resolve("log")),
                backoff,
                listener,
                InstantSource.system());
    }
}
