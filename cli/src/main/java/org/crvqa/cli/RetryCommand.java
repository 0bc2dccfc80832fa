package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.RetryText;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description = {
            "Run what failed in an experiment again, and what never ran because of it.",
            "What is done stays done, unless its artifact was discarded."
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
            RetryExperimentResponse response = client.retry(experiment);
            if (!watch) {
                output.print(
                        context.console(),
                        response,
                        () -> RetryText.lines(response, context.console().outColor()));
                return ExitCode.OK;
            }
            RetryText.lines(response, context.console().errColor()).forEach(context.console()::say);
            return new Following(context, client).follow(experiment, output, true);
        }
    }
}
