package org.crvqa.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterListener;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.GpuDevice;
import org.crvqa.cli.local.LocalCluster;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process that {@code local up} leaves behind. Keeps the state file true; ends on SIGTERM. */
@Command(name = "supervise", hidden = true, description = "Run the services until this process is ended.")
final class LocalSuperviseCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private LocalFolderOption folder = new LocalFolderOption();

    @Option(names = "--store", required = true)
    private String store = "";

    @Option(names = "--trainers", required = true)
    private int trainers;

    @Option(names = "--pruners", required = true)
    private int pruners;

    @Option(names = "--evaluators", required = true)
    private int evaluators;

    @Option(names = "--gpu", paramLabel = "LINE", description = "A GPU as GpuDevice.line(); once for each.")
    private List<String> gpus = List.of();

    LocalSuperviseCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ClusterFolder where = folder.resolve(context);
        // Held, by reference, until the process ends.
        var lock = where.lock()
                .orElseThrow(() -> new InvalidInputException(
                        "A cluster runs in " + where.path() + " already",
                        "Stop it with '" + new ClusterHints(context, where).local("down") + "'."));
        ClusterSettings settings = ClusterSettings.of(context.home(), where.path())
                .withStore(store)
                .withWorkers(trainers, pruners, evaluators)
                .withGpus(gpus.stream()
                        .flatMap(line -> GpuDevice.parse(line).stream())
                        .toList());
        StateKeeper keeper = new StateKeeper(where);
        try (LocalCluster cluster = LocalCluster.start(settings, keeper)) {
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                keeper.stop();
                cluster.close();
                ended.countDown();
            }));
            keeper.keep(cluster);
            ended.await();
        } finally {
            lock.release();
        }
        return ExitCode.OK;
    }

    private final class StateKeeper implements ClusterListener {
        private final ClusterFolder where;
        private final AtomicReference<@Nullable LocalCluster> cluster = new AtomicReference<>();

        StateKeeper(ClusterFolder where) {
            this.where = where;
        }

        void keep(LocalCluster started) {
            cluster.set(started);
            write();
        }

        void stop() {
            cluster.set(null);
            where.clear();
        }

        @Override
        public void ready(String service) {
            log(service + " is ready");
        }

        @Override
        public void died(String service, int exitValue, Duration restartIn) {
            log(service + " " + ClusterListener.ending(exitValue) + "; starting it again in " + restartIn.toMillis()
                    + " ms");
            write();
        }

        @Override
        public void restarted(String service) {
            log(service + " was started again");
            write();
        }

        private void log(String line) {
            context.console().say(Instant.now() + " " + line);
        }

        private synchronized void write() {
            LocalCluster running = cluster.get();
            if (running != null) {
                where.write(new ClusterState(
                        ProcessHandle.current().pid(),
                        running.store(),
                        running.coordinatorAddress(),
                        running.services()));
            }
        }
    }
}
