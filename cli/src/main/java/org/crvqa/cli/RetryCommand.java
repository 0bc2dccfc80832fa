package org.crvqa.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.RetryText;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description = {
            "Run what failed in an experiment again, and what never ran because of it.",
            "What is done stays done, unless its artifact was discarded.",
            "One that was cancelled goes on as a new revision, with the results there are."
        },
        footer = {"", "Examples:", "  crvqa retry demo-1a2b3c4d", "  crvqa retry demo-1a2b3c4d --watch"})
final class RetryCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Option(
            names = {"-w", "--watch"},
            description = "Show its progress until it ends, then the report.")
    private boolean watch;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    RetryCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ExperimentStatus before = client.summary(experiment);
            return before.getState() == ExperimentState.EXPERIMENT_STATE_CANCELLED
                    ? goOn(client, before)
                    : retry(client);
        }
    }

    private int retry(CoordinatorClient client) throws InterruptedException {
        RetryExperimentResponse response = client.retry(experiment);
        if (!watch) {
            output.print(
                    context.console(),
                    response,
                    () -> RetryText.lines(response, context.console().outColor()));
            return ExitCode.OK;
        }
        RetryText.lines(response, context.console().errColor()).forEach(context.console()::say);
        return follow(client, experiment);
    }

    /** An end by a person is for good; what goes on is a revision of its own, with all that was done before. */
    private int goOn(CoordinatorClient client, ExperimentStatus cancelled) throws InterruptedException {
        SubmitExperimentResponse response = client.again(cancelled);
        String id = response.getExperiment().getId();
        context.console()
                .say("Experiment " + experiment + " was cancelled. It " + (response.getCreated() ? "goes" : "went")
                        + " on as " + id + ", which takes over the results there are.");
        if (!isRevision(id)) {
            context.console()
                    .say("The names of its dataset and models stand for others by now; the results of " + experiment
                            + " are of use only where these are the same.");
        }
        if (watch) {
            return follow(client, id);
        }
        output.print(context.console(), response, () -> List.of(id));
        return ExitCode.OK;
    }

    private boolean isRevision(String id) {
        return withoutRevision(id).equals(withoutRevision(experiment));
    }

    private static String withoutRevision(String id) {
        return id.replaceFirst("-r[0-9]+$", "");
    }

    private int follow(CoordinatorClient client, String id) throws InterruptedException {
        return new Following(context, client, coordinator.arguments(context)).follow(id, output, true);
    }
}
