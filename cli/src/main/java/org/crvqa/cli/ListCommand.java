package org.crvqa.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.experiment.ExperimentText;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = {"List experiments, newest first.", "With 'workers': the workers."},
        subcommands = ListWorkersCommand.class,
        footer = {
            "",
            "Examples:",
            "  crvqa list",
            "  crvqa list --limit 500 --output json",
            "  crvqa list --label team=vision --state running",
            "  crvqa list workers"
        })
final class ListCommand implements Callable<Integer> {
    private static final int LARGEST_PAGE = 100;

    /** A state by its name. */
    enum Shown {
        RUNNING,
        PAUSED,
        SUCCEEDED,
        FAILED,
        CANCELLED,
        UNREADABLE;

        ExperimentState state() {
            return ExperimentState.valueOf("EXPERIMENT_STATE_" + name());
        }

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CliContext context;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "At most so many (default 20).")
    private int limit;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only those that have it. Repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only those in it: ${COMPLETION-CANDIDATES}. Repeatable.")
    private List<Shown> states = new ArrayList<>();

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ListCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new InvalidInputException("--limit is " + limit + ", expected at least 1", "Give a larger number.");
        }
        try (ExperimentReads client = source.open(context)) {
            List<ExperimentStatus> experiments = fetch(client);
            ListExperimentsResponse all = ListExperimentsResponse.newBuilder()
                    .addAllExperiments(experiments)
                    .build();
            output.print(
                    context.console(),
                    all,
                    () -> experiments.isEmpty()
                            ? List.of("No experiments yet. Start one with 'crvqa submit FILE'.")
                            : ExperimentText.lines(
                                    experiments,
                                    ZoneId.systemDefault(),
                                    context.console().outColor()));
            return ExitCode.OK;
        }
    }

    private List<ExperimentStatus> fetch(ExperimentReads client) {
        List<ExperimentStatus> experiments = new ArrayList<>();
        String token = "";
        do {
            int wanted = Math.min(LARGEST_PAGE, limit - experiments.size());
            ListExperimentsResponse page = client.list(ListExperimentsRequest.newBuilder()
                    .setPageSize(wanted)
                    .setPageToken(token)
                    .putAllLabels(labels)
                    .addAllStates(states.stream().map(Shown::state).toList())
                    .build());
            experiments.addAll(page.getExperimentsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty() && experiments.size() < limit);
        return experiments;
    }
}
