package org.crvqa.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.StatusText;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "update",
        description = "Change an experiment's priority, labels or note; its content and id stay.",
        footer = {
            "",
            "Examples:",
            "  crvqa update demo-1a2b3c4d --priority 10",
            "  crvqa update demo-1a2b3c4d --label team=vision --remove-label draft",
            "  crvqa update demo-1a2b3c4d --note 'for the camera-ready version'"
        })
final class UpdateCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Option(names = "--priority", paramLabel = "N", description = "Higher runs first, at once.")
    private @Nullable Integer priority;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Add or change a label. Repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--remove-label", paramLabel = "KEY", description = "Remove a label. Repeatable.")
    private List<String> removed = new ArrayList<>();

    @Option(names = "--note", paramLabel = "TEXT", description = "Words for people; '' removes them.")
    private @Nullable String note;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    UpdateCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        boolean labelled = !labels.isEmpty() || !removed.isEmpty();
        if (priority == null && note == null && !labelled) {
            throw new InvalidInputException(
                    "Nothing is to be changed", "Give --priority, --label, --remove-label or --note.");
        }
        try (CoordinatorClient client = coordinator.connect(context)) {
            UpdateExperimentRequest.Builder request =
                    UpdateExperimentRequest.newBuilder().setExperimentId(experiment);
            ExperimentSettings.Builder settings = request.getSettingsBuilder();
            if (priority != null) {
                settings.setPriority(priority);
                request.getUpdateMaskBuilder().addPaths("priority");
            }
            if (note != null) {
                settings.setNote(note);
                request.getUpdateMaskBuilder().addPaths("note");
            }
            if (labelled) {
                settings.putAllLabels(client.summary(experiment).getSettings().getLabelsMap())
                        .putAllLabels(labels);
                removed.forEach(settings::removeLabels);
                request.getUpdateMaskBuilder().addPaths("labels");
            }
            ExperimentStatus status = client.update(request.build());
            output.print(context.console(), status, () -> lines(status));
            return ExitCode.OK;
        }
    }

    private static List<String> lines(ExperimentStatus status) {
        List<String> lines = new ArrayList<>(List.of(status.getId()));
        StatusText.settings(status.getSettings()).forEach(line -> lines.add("  " + line));
        return lines;
    }
}
