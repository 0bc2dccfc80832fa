package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.DetachedSupervisor;
import org.crvqa.cli.local.ServiceState;
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
        if (where.inUse()) {
            context.console().say("A cluster runs in " + where.path() + " already.");
            where.running().ifPresent(this::describe);
            return ExitCode.OK;
        }
        String location = store.named(context).orElse(ClusterSettings.storeIn(where.path()));
        ClusterSettings settings = workers.apply(ClusterSettings.of(context.home(), where.path())
                .withStore(location)
                .withGpus(device.resolve(context)));
        settings.gpus().forEach(gpu -> context.console().say(gpu.words()));
        context.console().say("Starting the services ...");
        ClusterState state = new DetachedSupervisor(where, context.home()).start(supervise(settings));
        describe(state);
        context.console().say("Stop it with 'crvqa local down'.");
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

    private void describe(ClusterState state) {
        context.console().print("coordinator " + state.coordinator());
        context.console().print("store       " + state.store());
        context.console()
                .print("workers on  "
                        + state.services().stream()
                                .map(ServiceState::device)
                                .filter(used -> !used.isEmpty())
                                .distinct()
                                .collect(Collectors.joining(", ")));
    }
}
