package org.crvqa.cli;

import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.EndText;
import org.crvqa.cli.experiment.Words;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        description = "End an experiment. Tasks that another experiment needs go on; finished work stays.",
        footer = {
            "",
            "Ends with 1 when it had ended before; then nothing is changed. 'crvqa retry' goes on with it.",
            "",
            "Examples:",
            "  crvqa cancel demo-1a2b3c4d"
        })
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
            ExperimentStatus before = client.summary(experiment);
            if (hasEnded(before)) {
                return unchanged(before);
            }
            ExperimentStatus status = client.cancel(experiment);
            if (status.getState() == ExperimentState.EXPERIMENT_STATE_SUCCEEDED
                    || status.getState() == ExperimentState.EXPERIMENT_STATE_FAILED) {
                return unchanged(status);
            }
            output.print(context.console(), status, () -> List.of(status.getId() + ": " + Words.of(status.getState())));
            return ExitCode.OK;
        }
    }

    private int unchanged(ExperimentStatus status) {
        if (output.json()) {
            output.print(context.console(), status, List::of);
        }
        context.console().say("Nothing was changed: " + EndText.sentence(status, ZoneId.systemDefault()));
        return ExitCode.FAILED;
    }

    private static boolean hasEnded(ExperimentStatus status) {
        return switch (status.getState()) {
            case EXPERIMENT_STATE_SUCCEEDED, EXPERIMENT_STATE_FAILED, EXPERIMENT_STATE_CANCELLED -> true;
            case EXPERIMENT_STATE_RUNNING,
                    EXPERIMENT_STATE_PAUSED,
                    EXPERIMENT_STATE_UNREADABLE,
                    EXPERIMENT_STATE_UNSPECIFIED,
                    UNRECOGNIZED -> false;
        };
    }
}
