package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.PlanText;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "plan",
        description = "Show what an experiment would run, and start nothing.",
        footer = {
            "",
            "Examples:",
            "  crvqa plan experiment.yaml",
            "  crvqa plan experiment.yaml --output json",
            "  crvqa plan - < experiment.yaml"
        })
final class PlanCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "FILE", description = "The experiment, YAML; - reads the standard input.")
    private String file = "";

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    PlanCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ExperimentFile experiment = ExperimentFile.read(file);
        try (CoordinatorClient client = coordinator.connect(context)) {
            PlanExperimentResponse plan = client.plan(experiment.yaml(), experiment.name());
            output.print(
                    context.console(),
                    plan,
                    () -> PlanText.lines(plan, context.console().outColor()));
        }
        return ExitCode.OK;
    }
}
