package org.crvqa.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.PlanText;
import org.crvqa.cli.rates.RateFiles;
import org.crvqa.coordinator.v1.MeasuredRate;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "plan",
        description = {
            "Show what an experiment would run and how much device time it will take, and start nothing.",
            "Times are estimated from the given rates, else from what the store's finished tasks took."
        },
        footer = {
            "",
            "Ends with 1 when --limit-hours refuses it.",
            "",
            "Examples:",
            "  crvqa plan experiment.yaml",
            "  crvqa plan experiment.yaml --rates bench.json",
            "  crvqa plan experiment.yaml --limit-hours 100 && crvqa submit experiment.yaml",
            "  crvqa plan experiment.yaml --output json",
            "  crvqa plan - < experiment.yaml"
        })
final class PlanCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "FILE", description = "The experiment, YAML; - reads the standard input.")
    private Path file = Path.of("");

    @Option(
            names = "--rates",
            paramLabel = "BENCH.json",
            description =
                    "Rates to estimate with, as 'crvqa bench --output json' prints them; may be given repeatedly.")
    private List<Path> rates = List.of();

    @Mixin
    private HoursLimit limit = new HoursLimit();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    PlanCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        limit.isSet();
        ExperimentFile experiment = ExperimentFile.read(file);
        List<MeasuredRate> measured = RateFiles.read(rates);
        try (CoordinatorClient client = coordinator.connect(context)) {
            PlanExperimentResponse plan = client.plan(experiment.yaml(), experiment.name(), measured);
            output.print(
                    context.console(),
                    plan,
                    () -> PlanText.lines(plan, context.console().outColor()));
            List<String> objections = limit.objections(plan.getEstimate());
            objections.forEach(context.console()::say);
            return objections.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
