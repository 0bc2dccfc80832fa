package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.ServiceState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A second 'local up' beside a cluster that runs or is about to. */
class RunningClusterTest {
    private static final ClusterState STATE =
            new ClusterState(1, "file:///data/store", "127.0.0.1:9100", List.of(service("trainer"), service("pruner")));

    @TempDir
    private Path folder;

    @Test
    void differences_asItRuns_none() {
        assertThat(differences(Optional.of("file:/data/store/"), false, "--trainers", "1"))
                .isEmpty();
        assertThat(differences(Optional.empty(), true)).isEmpty();
    }

    @Test
    void differences_otherStoreAndNumbers_areNamed() {
        assertThat(differences(Optional.of("s3://b/p"), false, "--trainers", "2", "--pruners", "1"))
                .containsExactly("its store is file:///data/store, not s3://b/p", "it has 1 trainer, not 2");
    }

    @Test
    void take_anotherStarts_waitsAndFindsItsCluster() throws Exception {
        ClusterFolder where = new ClusterFolder(folder);
        CapturedConsole captured = new CapturedConsole();
        ExecutorService second = Executors.newSingleThreadExecutor();
        try (FileLock supervisor = where.lock().orElseThrow()) {
            FileLock first = where.startLock().orElseThrow();
            Future<Optional<ClusterState>> found = second.submit(() -> {
                try (StartTurn turn = StartTurn.take(where, captured.console())) {
                    return turn.running();
                }
            });
            while (!captured.err().contains("waiting for it")) {
                Thread.onSpinWait();
            }
            where.write(STATE);
            first.acquiredBy().close();

            assertThat(found.get()).contains(STATE);
            assertThat(supervisor.isValid()).isTrue();
        } finally {
            second.shutdownNow();
        }
    }

    @Test
    void hints_otherFolder_nameItAsAShellReadsIt() {
        CliContext context = new CliContext(
                new CapturedConsole().console(), Map.of(), folder, folder.toString(), InstantSource.system());
        ClusterFolder usual = context.localFolder();

        assertThat(new ClusterHints(context, usual).local("down")).isEqualTo("crvqa local down");
        assertThat(new ClusterHints(context, new ClusterFolder(Path.of("/data/my cluster"))).local("down"))
                .isEqualTo("crvqa local down --dir '/data/my cluster'");
    }

    private List<String> differences(Optional<String> store, boolean device, String... options) {
        WorkerCountOptions workers = new WorkerCountOptions();
        new CommandLine(new Holder(workers)).parseArgs(options);
        return new RunningCluster(STATE).differences(store, workers, device, ClusterSettings.of(folder, folder));
    }

    private static final class Holder {
        @CommandLine.Mixin
        private final WorkerCountOptions workers;

        Holder(WorkerCountOptions workers) {
            this.workers = workers;
        }
    }

    private static ServiceState service(String kind) {
        return new ServiceState(kind, kind, 1, 2, 3, 0, "log", "cpu");
    }
}
