package org.crvqa.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterSettings;
import org.crvqa.cli.local.ClusterState;
import org.crvqa.cli.local.DetachedSupervisor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = "Start the services and leave them running.",
        footer = {
            "",
            "Options for the services themselves are environment variables, such as",
            "CRVQA_THREADS; for S3 servers other than AWS, CRVQA_S3_ENDPOINT.",
            "",
            "Examples:",
            "  crvqa local up",
            "  crvqa local up --trainers 4",
            "  crvqa local up --store s3://bucket/prefix"
        })
final class LocalUpCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private LocalFolderOption folder = new LocalFolderOption();

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(names = "--trainers", paramLabel = "N", description = "Trainer processes. Default: 2 with 2 cores or more.")
    private int trainers = ClusterSettings.usualTrainers();

    @Option(names = "--pruners", paramLabel = "N", description = "Pruner processes. Default: 1.")
    private int pruners = 1;

    @Option(names = "--evaluators", paramLabel = "N", description = "Evaluator processes. Default: 1.")
    private int evaluators = 1;

    LocalUpCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        for (int count : new int[] {trainers, pruners, evaluators}) {
            if (count < 1 || count > 64) {
                throw new InvalidInputException(
                        "There are to be " + count + " processes of a kind, expected 1 to 64",
                        "Correct --trainers, --pruners or --evaluators.");
            }
        }
        ClusterFolder where = folder.resolve(context);
        if (where.inUse()) {
            context.console().say("A cluster runs in " + where.path() + " already.");
            where.running().ifPresent(this::describe);
            return ExitCode.OK;
        }
        String location = store.named(context).orElse(ClusterSettings.storeIn(where.path()));
        context.console().say("Starting the services ...");
        ClusterState state = new DetachedSupervisor(where, context.home())
                .start(List.of(
                        "local",
                        "supervise",
                        "--dir",
                        where.path().toString(),
                        "--store",
                        location,
                        "--trainers",
                        Integer.toString(trainers),
                        "--pruners",
                        Integer.toString(pruners),
                        "--evaluators",
                        Integer.toString(evaluators)));
        describe(state);
        context.console().say("Stop it with 'crvqa local down'.");
        return ExitCode.OK;
    }

    private void describe(ClusterState state) {
        context.console().print("coordinator " + state.coordinator());
        context.console().print("store       " + state.store());
    }
}
