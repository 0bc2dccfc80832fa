package org.crvqa.cli;

import java.time.ZoneId;
import java.util.List;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.client.ExperimentWatch;
import org.crvqa.cli.experiment.EndText;
import org.crvqa.cli.experiment.ExperimentProgress;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.Report;

/** Looks on until an experiment ends. Ctrl-C ends the looking on alone, and says so. */
final class Following {
    private final CliContext context;
    private final CoordinatorClient client;
    private final String arguments;

    /** {@code arguments}: what other commands need to reach the same coordinator, as {@link CoordinatorOption#arguments}. */
    Following(CliContext context, CoordinatorClient client, String arguments) {
        this.context = context;
        this.client = client;
        this.arguments = arguments;
    }

    /** Shows progress, then prints the report or how it ended. Returns the exit code. */
    int follow(String id, OutputOption output, boolean withReport) throws InterruptedException {
        ExperimentSnapshot last = show(id);
        boolean succeeded = last.experiment().getState() == ExperimentState.EXPERIMENT_STATE_SUCCEEDED;
        if (withReport) {
            Report report = client.report(id);
            output.print(
                    context.console(),
                    report,
                    () -> ReportText.lines(
                            report,
                            context.console().outColor(),
                            context.console().resultColumns()));
            return succeeded && report.getComplete() ? ExitCode.OK : ExitCode.FAILED;
        }
        output.print(
                context.console(),
                last.whole(),
                () -> EndText.lines(last.experiment(), ZoneId.systemDefault(), arguments));
        return succeeded ? ExitCode.OK : ExitCode.FAILED;
    }

    private ExperimentSnapshot show(String id) throws InterruptedException {
        try (ExperimentProgress progress = new ExperimentProgress(context.console(), context.clock());
                OnInterrupt leave = new OnInterrupt(() -> leave(id, progress))) {
            return new ExperimentWatch(client, ExperimentWatch.Timing.USUAL, context.clock()).follow(id, progress);
        }
    }

    private void leave(String id, ExperimentProgress progress) {
        progress.close();
        left(id, arguments).forEach(context.console()::say);
    }

    /** What is said to a person who looks on no longer. */
    static List<String> left(String id, String arguments) {
        return List.of(
                "Experiment " + id + " goes on without you.",
                "Look at it:  crvqa watch " + id + arguments,
                "End it:      crvqa cancel " + id + arguments);
    }
}
