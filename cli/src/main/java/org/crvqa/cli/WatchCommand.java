package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description = "Show an experiment's progress until it ends. A coordinator that restarts does not end this.",
        footer = {
            "",
            "Ends with 0 when the experiment succeeded, 1 when it failed or was cancelled.",
            "",
            "Examples:",
            "  crvqa watch demo-1a2b3c4d",
            "  crvqa watch demo-1a2b3c4d --output json > final-state.json"
        })
final class WatchCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    WatchCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (CoordinatorClient client = coordinator.connect(context)) {
            return new Following(context, client, coordinator.arguments(context)).follow(experiment, output, false);
        }
    }
}
