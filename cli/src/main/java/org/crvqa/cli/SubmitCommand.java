package org.crvqa.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.rates.RateFiles;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.MeasuredRate;
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
            "  crvqa submit experiment.yaml --label team=vision",
            "  crvqa submit experiment.yaml --limit-hours 100 --rates bench.json",
            "  crvqa submit experiment.yaml --again      after a cancel",
            "  id=$(crvqa submit experiment.yaml)"
        })
final class SubmitCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "FILE", description = "The experiment, YAML; - reads the standard input.")
    private Path file = Path.of("");

    @Option(
            names = {"-w", "--watch"},
            description = "Show its progress until it ends, then the report.")
    private boolean watch;

    @Option(
            names = "--again",
            description = "Also when it was cancelled: as a new revision, which takes over the results there are.")
    private boolean again;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label for a new one. Repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--note",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Words about a new one, for people.")
    private String note = "";

    @Mixin
    private HoursLimit limit = new HoursLimit();

    @Option(
            names = "--rates",
            paramLabel = "BENCH.json",
            description = "Rates for --limit-hours, as 'crvqa plan' takes them; may be given repeatedly.")
    private List<Path> rates = List.of();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    SubmitCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        boolean limited = limit.isSet();
        ExperimentFile experiment = ExperimentFile.read(file);
        List<MeasuredRate> measured = RateFiles.read(rates);
        try (CoordinatorClient client = coordinator.connect(context)) {
            if (limited) {
                List<String> objections = limit.objections(client.plan(experiment.yaml(), experiment.name(), measured)
                        .getEstimate());
                if (!objections.isEmpty()) {
                    objections.forEach(context.console()::say);
                    return ExitCode.FAILED;
                }
            }
            ExperimentSettings.Builder settings =
                    ExperimentSettings.newBuilder().putAllLabels(labels).setNote(note);
            SubmitExperimentResponse response =
                    client.submit(experiment.yaml(), experiment.name(), again, settings.build());
            String id = response.getExperiment().getId();
            if (!watch) {
                context.console().say(response.getCreated() ? "Submitted." : "It was submitted before.");
                output.print(context.console(), response, () -> List.of(id));
                return ExitCode.OK;
            }
            return new Following(context, client, coordinator.arguments(context)).follow(id, output, true);
        }
    }
}
