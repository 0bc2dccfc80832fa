package org.crvqa.cli;

import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.ExperimentWatch;
import org.crvqa.cli.console.Durations;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.demo.DemoFolder;
import org.crvqa.cli.demo.DemoInputs;
import org.crvqa.cli.demo.Reading;
import org.crvqa.cli.experiment.ExperimentProgress;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.LocalCluster;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.vqa.sample.SampleOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "See the whole of it work on this machine, in some minutes.",
            "",
            "Generates a sample dataset whose test split turns the training priors around, makes a small LXMERT, starts"
                    + " a coordinator, trainers, a pruner and an evaluator as processes, trains and prunes with and"
                    + " without debiasing for two seeds, and prints what that does to accuracy in distribution (iid)"
                    + " and out of distribution (test). Everything is stopped at the end; the results stay in the"
                    + " folder, and a second run finds them."
        },
        footer = {
            "",
            "Ends with 0 only when the report is complete.",
            "",
            "Examples:",
            "  crvqa demo",
            "  crvqa demo --device gpu",
            "  crvqa demo --dir my-demo        then edit experiment.yaml there, run it again",
            "  crvqa demo --output json > report.json"
        })
final class DemoCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where everything goes and stays. Default: .crvqa/demo in the current folder.")
    private @Nullable Path folder;

    @Mixin
    private WorkerCountOptions workers = new WorkerCountOptions();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    DemoCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        DemoFolder demo = new DemoFolder(folder == null ? Path.of(".crvqa", "demo") : folder);
        Optional<FileLock> lock = demo.cluster().lock();
        if (lock.isEmpty()) {
            throw new InvalidInputException(
                    "Another demo runs in " + demo.path(), "Wait for it, or choose another folder with --dir.");
        }
        try {
            return run(demo);
        } finally {
            lock.get().release();
        }
    }

    private int run(DemoFolder demo) throws Exception {
        ClusterSettings settings =
                workers.apply(ClusterSettings.of(context.home(), demo.cluster().path())
                        .withStore(demo.store())
                        .withGpus(device.resolve(context)));
        long started = context.clock().millis();
        context.console().say("Everything goes to " + demo.path());
        try (OpenStore store = OpenStore.open(
                StoreOption.settings(context, demo.store()),
                Files.createDirectories(demo.path().resolve("cache")))) {
            new DemoInputs(store, context.console(), context.clock()).prepare(demo.sample(), SampleOptions.defaults());
        }
        Report report;
        try (ExperimentProgress progress = new ExperimentProgress(context.console(), context.clock());
                LocalCluster cluster = start(settings, progress)) {
            report = runExperiment(demo.experiment(), cluster, progress);
        }
        output.print(
                context.console(),
                report,
                () -> ReportText.lines(
                        report, context.console().outColor(), context.console().resultColumns()));
        tell(demo, report, Duration.ofMillis(context.clock().millis() - started));
        return report.getComplete() ? ExitCode.OK : ExitCode.FAILED;
    }

    private LocalCluster start(ClusterSettings settings, ExperimentProgress progress) throws InterruptedException {
        settings.gpus().forEach(gpu -> progress.message(gpu.words()));
        progress.message("Starting coordinator, %s, %s and %s ..."
                .formatted(
                        count(settings.trainers(), "trainer"),
                        count(settings.pruners(), "pruner"),
                        count(settings.evaluators(), "evaluator")));
        return LocalCluster.start(settings, new ClusterMessages(progress::message));
    }

    private static String count(int workers, String kind) {
        return workers == 1 ? kind : workers + " " + kind + "s";
    }

    private Report runExperiment(Path file, LocalCluster cluster, ExperimentProgress progress) throws Exception {
        try (OnInterrupt stop = new OnInterrupt(() -> stop(cluster, progress));
                CoordinatorClient client = CoordinatorClient.of(cluster.coordinatorAddress())) {
            progress.message("Coordinator at " + cluster.coordinatorAddress() + "; submitting " + file);
            ExperimentFile experiment = ExperimentFile.read(file);
            String id = client.submit(experiment.yaml(), experiment.name())
                    .getExperiment()
                    .getId();
            new ExperimentWatch(client, ExperimentWatch.Timing.USUAL, context.clock()).follow(id, progress);
            return client.report(id);
        }
    }

    private void stop(LocalCluster cluster, ExperimentProgress progress) {
        progress.close();
        context.console().say("Stopping the services ...");
        cluster.close();
    }

    private void tell(DemoFolder demo, Report report, Duration took) {
        context.console().say("");
        Reading.of(report)
                .ifPresent(reading -> context.console()
                        .say(Style.BOLD.apply(reading, context.console().errColor())));
        context.console()
                .say("Took " + Durations.words(took) + ". Results, logs and the experiment file are in " + demo.path()
                        + ".");
    }
}
