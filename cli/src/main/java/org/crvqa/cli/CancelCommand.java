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
        name = "cancel",
        description = "End an experiment. Tasks that another experiment needs go on; finished work stays.",
        footer = {"", "Examples:", "  crvqa cancel demo-1a2b3c4d"})
final class CancelCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    CancelCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ExperimentStatus status = client.cancel(experiment);
            output.print(context.console(), status, () -> List.of(status.getId() + ": " + Words.of(status.getState())));
            return ExitCode.OK;
        }
    }
}
