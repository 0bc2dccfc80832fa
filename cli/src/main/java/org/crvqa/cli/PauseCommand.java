package org.crvqa.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.Words;
import org.crvqa.coordinator.v1.ExperimentStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = {
            "Give out no task of an experiment any more, until it is resumed.",
            "What runs goes on, and what another experiment needs too runs for that one."
        },
        footer = {"", "Examples:", "  crvqa pause demo-1a2b3c4d", "  crvqa pause demo-1a2b3c4d --stop-running"})
final class PauseCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Option(
            names = "--stop-running",
            description = "Also stop what runs for it alone; it goes on later from its newest saved state.")
    private boolean stopRunning;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    PauseCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ExperimentStatus status = client.pause(experiment, stopRunning);
            int running = status.getCounts().getRunning();
            String still = running == 0 ? "" : "; " + running + (running == 1 ? " task runs" : " tasks run") + " on";
            output.print(
                    context.console(),
                    status,
                    () -> List.of(status.getId() + ": " + Words.of(status.getState()) + still));
            return ExitCode.OK;
        }
    }
}
