package org.crvqa.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.chart.PictureFile;
import org.crvqa.cli.history.HistoryJson;
import org.crvqa.cli.history.HistoryPicture;
import org.crvqa.cli.history.HistoryTable;
import org.crvqa.cli.history.TensorBoardFiles;
import org.crvqa.cli.history.TrainingRun;
import org.crvqa.cli.provenance.Provenance;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "history",
        description = {
            "Show what training measured on the way: losses, learning rate, gradient norm, accuracy, zeros.",
            "",
            "A curve has at most 2,000 points; losses and gradient norms are means over the steps between two of them."
        },
        footer = {
            "",
            "Of an experiment, every training task that is done is shown.",
            "",
            "Examples:",
            "  crvqa history demo-1a2b3c4d --picture curves.svg",
            "  crvqa history 3f9a0c11 --metric loss --metric accuracy/heldout/all",
            "  crvqa history demo-1a2b3c4d -o csv > curves.csv",
            "  crvqa history demo-1a2b3c4d --tensorboard runs && tensorboard --logdir runs"
        })
final class HistoryCommand implements Callable<Integer> {
    /** For people, for tables of others, or for programs. */
    enum Form {
        TABLE,
        CSV,
        JSON;

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A key, or the beginning of one. */
    static final String KEY = "[0-9a-f]{8,64}";

    private final CliContext context;

    @Parameters(
            paramLabel = "TASK|EXPERIMENT",
            arity = "1..*",
            description = "Keys of training tasks, or the first 8 or more digits of them, or ids of experiments.")
    private List<String> what = new ArrayList<>();

    @Option(names = "--metric", paramLabel = "NAME", description = "Only this one. Repeatable.")
    private List<String> metrics = new ArrayList<>();

    @Option(names = "--picture", paramLabel = "FILE", description = "Also draw the curves: FILE.svg or FILE.png.")
    private @Nullable Path picture;

    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            description = "Also write event files for TensorBoard, a folder for each task.")
    private @Nullable Path tensorBoard;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|csv|json",
            defaultValue = "table",
            description = "Form of the result: table (default), csv or json, which have every point.")
    private Form form = Form.TABLE;

    @Mixin
    private SourceOption source = new SourceOption();

    HistoryCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        // Before the work, so that a wrong name costs nothing.
        PictureFile pictureFile = picture == null ? null : PictureFile.of(picture);
        try (OpenStore open = source.store().openExisting(context)) {
            List<TrainingRun> runs = runs(open);
            Set<String> shown = shown(runs);
            switch (form) {
                case JSON -> context.console().print(HistoryJson.of(runs, shown));
                case CSV -> HistoryTable.csv(runs, shown).forEach(context.console()::print);
                case TABLE ->
                    HistoryTable.lines(
                                    runs,
                                    shown,
                                    context.console().outColor(),
                                    context.console().resultColumns())
                            .forEach(context.console()::print);
            }
            if (pictureFile != null) {
                pictureFile.write(HistoryPicture.of("Training of " + String.join(", ", what), runs, shown));
            }
            if (tensorBoard != null) {
                TensorBoardFiles.write(tensorBoard, runs, shown);
            }
        }
        return ExitCode.OK;
    }

    private List<TrainingRun> runs(OpenStore open) {
        Map<ArtifactKey, String> labels = new LinkedHashMap<>();
        for (String each : what) {
            if (each.matches(KEY)) {
                ArtifactKey key = Provenance.resolve(open.objects(), each);
                labels.put(key, key.abbreviated());
            } else {
                labels.putAll(ofExperiment(each));
            }
        }
        List<TrainingRun> runs = new ArrayList<>();
        labels.forEach(
                (key, label) -> TrainingRun.read(open.artifacts(), key, label).ifPresent(runs::add));
        if (runs.isEmpty()) {
            throw new InvalidInputException(
                    String.join(", ", what) + " has no training that is done and kept what it measured",
                    "Name results of training; 'crvqa tasks EXPERIMENT --state done' lists them. Results of releases before"
                            + " this command have no history.");
        }
        if (runs.size() < labels.size()) {
            context.console()
                    .say(
                            "%d of %d tasks have a history; the others trained nothing, or were done by an earlier release."
                                    .formatted(runs.size(), labels.size()));
        }
        return runs;
    }

    private Map<ArtifactKey, String> ofExperiment(String id) {
        Map<ArtifactKey, String> labels = new LinkedHashMap<>();
        try (ExperimentReads client = source.open(context)) {
            Tasks.all(
                            client,
                            ListTasksRequest.newBuilder()
                                    .setExperimentId(SourceOption.id(client, id))
                                    .addKinds(TaskKind.TASK_KIND_TRAIN)
                                    .addKinds(TaskKind.TASK_KIND_PRUNE)
                                    .addStates(TaskState.TASK_STATE_DONE)
                                    .build())
                    .forEach(task -> labels.put(new ArtifactKey(task.getKey()), task.getLabel()));
        }
        return labels;
    }

    private Set<String> shown(List<TrainingRun> runs) {
        Set<String> all = new TreeSet<>(TrainingRun.ORDER);
        runs.forEach(run -> all.addAll(run.metrics()));
        if (metrics.isEmpty()) {
            return all;
        }
        for (String metric : metrics) {
            if (!all.contains(metric)) {
                throw new InvalidInputException(
                        "No task measured '" + metric + "'", "Name one of: " + String.join(", ", all) + ".");
            }
        }
        return new LinkedHashSet<>(metrics);
    }
}
