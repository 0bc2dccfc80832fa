package org.crvqa.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.Words;
import org.crvqa.coordinator.v1.ExperimentStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        description = "Give out the tasks of a paused experiment again.",
        footer = {"", "Examples:", "  crvqa resume demo-1a2b3c4d"})
final class ResumeCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ResumeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ExperimentStatus status = client.resume(experiment);
            output.print(context.console(), status, () -> List.of(status.getId() + ": " + Words.of(status.getState())));
            return ExitCode.OK;
        }
    }
}
