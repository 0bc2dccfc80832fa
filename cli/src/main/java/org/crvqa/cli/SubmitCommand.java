package org.crvqa.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "submit",
        description = "Start an experiment. The same content is started once, however often it is submitted.",
        footer = {
            "",
            "Examples:",
            "  crvqa submit experiment.yaml",
            "  crvqa submit experiment.yaml --watch",
            "  id=$(crvqa submit experiment.yaml)"
        })
final class SubmitCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "FILE", description = "The experiment, YAML; - reads the standard input.")
    private String file = "";

    @Option(
            names = {"-w", "--watch"},
            description = "Show its progress until it ends, then the report.")
    private boolean watch;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    SubmitCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ExperimentFile experiment = ExperimentFile.read(file);
        try (CoordinatorClient client = coordinator.connect(context)) {
            SubmitExperimentResponse response = client.submit(experiment.yaml(), experiment.name());
            String id = response.getExperiment().getId();
            if (!watch) {
                context.console().say(response.getCreated() ? "Submitted." : "It was submitted before.");
                output.print(context.console(), response, () -> List.of(id));
                return ExitCode.OK;
            }
            return new Following(context, client).follow(id, output, true);
        }
    }
}
