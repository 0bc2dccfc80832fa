package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.DetachedSupervisor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "up",
        description = "Start the services and leave them running.",
        footer = {
            "",
            "Options for the services themselves are environment variables, such as",
            "CRVQA_THREADS; for S3 servers other than AWS, CRVQA_S3_ENDPOINT.",
            "On GPUs, PYTORCH_LIBRARY_PATH names libtorch's CUDA build (docs/gpu.md); each worker",
            "sees one GPU.",
            "",
            "Examples:",
            "  crvqa local up",
            "  crvqa local up --trainers 4",
            "  crvqa local up --device gpu",
            "  crvqa local up --device gpu --gpus 0,2",
            "  crvqa local up --store s3://bucket/prefix"
        })
final class LocalUpCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private LocalFolderOption folder = new LocalFolderOption();

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private WorkerCountOptions workers = new WorkerCountOptions();

    @Mixin
    private DeviceOption device = new DeviceOption();

    LocalUpCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ClusterFolder where = folder.resolve(context);
        ClusterHints hints = new ClusterHints(context, where);
        Optional<String> named = store.named(context);
        ClusterSettings settings = workers.apply(ClusterSettings.of(context.home(), where.path())
                .withStore(named.orElse(ClusterSettings.storeIn(where.path())))
                .withGpus(device.resolve(context)));
        try (StartTurn turn = StartTurn.take(where, context.console())) {
            Optional<ClusterState> running = turn.running();
            if (running.isPresent()) {
                return found(new RunningCluster(running.get()), named, settings, hints);
            }
            start(where, settings, hints);
        }
        return ExitCode.OK;
    }

    private void start(ClusterFolder where, ClusterSettings settings, ClusterHints hints) throws Exception {
        // What is wrong with the store is said here, in a sentence, rather than by every service in its log.
        ObjectStores.open(StoreOption.settings(context, settings.store())).close();
        settings.gpus().forEach(gpu -> context.console().say(gpu.words()));
        context.console().say("Starting the services ...");
        DetachedSupervisor supervisor = new DetachedSupervisor(where, context.home());
        try (OnInterrupt stop = new OnInterrupt(supervisor::abandon)) {
            describe(new RunningCluster(supervisor.start(supervise(settings))));
        }
        context.console().say("Stop it with '" + hints.local("down") + "'.");
        if (hints.isElsewhere()) {
            context.console().say("For other commands to find it: " + hints.export());
        }
    }

    private int found(RunningCluster running, Optional<String> named, ClusterSettings settings, ClusterHints hints) {
        List<String> differences = running.differences(named, workers, device.isSet(context), settings);
        if (!differences.isEmpty()) {
            throw new InvalidInputException(
                    "A cluster runs in " + settings.folder() + " already, and not as asked for: "
                            + String.join("; ", differences),
                    "Stop it first with '" + hints.local("down") + "', choose another folder with --dir, or leave the"
                            + " options out.");
        }
        context.console().say("A cluster runs in " + settings.folder() + " already.");
        describe(running);
        return ExitCode.OK;
    }

    private static List<String> supervise(ClusterSettings settings) {
        List<String> arguments = new ArrayList<>(List.of("local", "supervise"));
        arguments.addAll(List.of("--dir", settings.folder().toString()));
        arguments.addAll(List.of("--store", settings.store()));
        arguments.addAll(List.of("--trainers", Integer.toString(settings.trainers())));
        arguments.addAll(List.of("--pruners", Integer.toString(settings.pruners())));
        arguments.addAll(List.of("--evaluators", Integer.toString(settings.evaluators())));
        settings.gpus().forEach(gpu -> arguments.addAll(List.of("--gpu", gpu.line())));
        return arguments;
    }

    private void describe(RunningCluster running) {
        running.lines().forEach(context.console()::print);
    }
}
