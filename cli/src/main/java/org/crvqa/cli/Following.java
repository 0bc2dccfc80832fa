package org.crvqa.cli;

import java.util.List;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.client.ExperimentWatch;
import org.crvqa.cli.experiment.ExperimentProgress;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.Report;

/** Looks on until an experiment ends. */
final class Following {
    private final CliContext context;
    private final CoordinatorClient client;

    Following(CliContext context, CoordinatorClient client) {
        this.context = context;
        this.client = client;
    }

    /** Shows progress, then prints the report or the last state. Returns the exit code. */
    int follow(String id, OutputOption output, boolean withReport) throws InterruptedException {
        ExperimentSnapshot last = show(id);
        boolean succeeded = last.experiment().getState() == ExperimentState.EXPERIMENT_STATE_SUCCEEDED;
        if (withReport) {
            Report report = client.report(id);
            output.print(
                    context.console(),
                    report,
                    () -> ReportText.lines(report, context.console().outColor()));
            return succeeded && report.getComplete() ? ExitCode.OK : ExitCode.FAILED;
        }
        if (output.json()) {
            output.print(context.console(), last.whole(), List::of);
        }
        return succeeded ? ExitCode.OK : ExitCode.FAILED;
    }

    private ExperimentSnapshot show(String id) throws InterruptedException {
        try (ExperimentProgress progress = new ExperimentProgress(context.console(), context.clock())) {
            return new ExperimentWatch(client, ExperimentWatch.Timing.USUAL, context.clock()).follow(id, progress);
        }
    }
}
