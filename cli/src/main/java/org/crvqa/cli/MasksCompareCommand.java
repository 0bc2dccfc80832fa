package org.crvqa.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.chart.PictureFile;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.masks.MaskComparison;
import org.crvqa.cli.masks.MaskJson;
import org.crvqa.cli.masks.MaskPictures;
import org.crvqa.cli.masks.MaskRun;
import org.crvqa.cli.masks.MaskText;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        description = {
            "Say how alike the masks of several runs are: between seeds, losses and layers.",
            "",
            "The similarity of two masks is |A∧B| / |A∨B| of the weights that they keep, per matrix, averaged over"
                    + " matrices. Beside it stands what two random masks that keep as many weights would have."
        },
        footer = {
            "",
            "Masks of one architecture and size can be compared, from any experiment;",
            "--model picks those of one model. Masked biases do not count.",
            "",
            "Examples:",
            "  crvqa masks compare --experiment demo-1a2b3c4d",
            "  crvqa masks compare --experiment two-models-5e6f7a8b --model lxmert-base",
            "  crvqa masks compare KEY KEY --by matrix",
            "  crvqa masks compare --experiment demo-1a2b3c4d --picture runs.svg \\",
            "      --parts-picture layers.png"
        })
final class MasksCompareCommand implements Callable<Integer> {
    private static final int KEY_DIGITS = 12;

    private final CliContext context;

    @Parameters(paramLabel = "KEY", arity = "0..*", description = "Keys of results of stage 2 (prune tasks).")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--experiment",
            paramLabel = "ID",
            description = "Compare the masks of this experiment that are done; asks the coordinator.")
    private @Nullable String experiment;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Compare only masks of this model: its name in the store, or its key.")
    private @Nullable String model;

    @Option(
            names = "--by",
            paramLabel = "layer|matrix|none",
            description = "Parts of the model that get a table and a picture of their own: layer (default), matrix"
                    + " or none.")
    private MaskComparison.Detail detail = MaskComparison.Detail.LAYER;

    @Option(names = "--picture", paramLabel = "FILE", description = "Also draw runs by runs: FILE.svg or FILE.png.")
    private @Nullable Path picture;

    @Option(
            names = "--parts-picture",
            paramLabel = "FILE",
            description = "Also draw the model's parts by what runs differ in: FILE.svg or FILE.png.")
    private @Nullable Path partsPicture;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    MasksCompareCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        // Before the work, so that a wrong name costs nothing.
        PictureFile runsFile = picture == null ? null : PictureFile.of(picture);
        PictureFile partsFile = partsPicture == null ? null : PictureFile.of(partsPicture);
        if (partsFile != null && detail == MaskComparison.Detail.NONE) {
            throw new InvalidInputException(
                    "--parts-picture has nothing to draw with --by none", "Say --by layer or --by matrix.");
        }
        List<ArtifactKey> chosen = chosen();
        try (OpenStore open = store.openExisting(context)) {
            MaskComparison comparison = MaskComparison.of(open.artifacts(), ofModel(open, chosen));
            if (output.json()) {
                context.console().print(MaskJson.of(comparison));
            } else {
                MaskText.lines(comparison, detail, context.console().outColor()).forEach(context.console()::print);
            }
            if (runsFile != null) {
                runsFile.write(MaskPictures.runs(comparison, source(open, comparison)));
            }
            if (partsFile != null) {
                partsFile.write(MaskPictures.parts(comparison, detail, source(open, comparison)));
            }
        }
        return ExitCode.OK;
    }

    private List<ArtifactKey> chosen() {
        if ((experiment == null) == keys.isEmpty()) {
            throw new InvalidInputException(
                    experiment == null ? "No mask is named" : "Both keys and --experiment are given",
                    "Give either two or more keys, or --experiment ID.");
        }
        return experiment == null ? keys.stream().map(MasksCompareCommand::key).toList() : ofExperiment(experiment);
    }

    private List<ArtifactKey> ofExperiment(String id) {
        List<TaskStatus> prunes;
        try (CoordinatorClient client = coordinator.connect(context)) {
            ExperimentStatus status = client.get(id);
            prunes = status.getTasksOmitted()
                    ? Tasks.all(
                            client,
                            ListTasksRequest.newBuilder()
                                    .setExperimentId(id)
                                    .addKinds(TaskKind.TASK_KIND_PRUNE)
                                    .build())
                    : status.getTasksList().stream()
                            .filter(task -> task.getKind() == TaskKind.TASK_KIND_PRUNE)
                            .toList();
        }
        List<ArtifactKey> done = prunes.stream()
                .filter(task -> task.getState() == TaskState.TASK_STATE_DONE)
                .map(task -> new ArtifactKey(task.getKey()))
                .toList();
        if (done.size() < prunes.size()) {
            context.console()
                    .say("%d of %d masks of %s are done; only those are compared."
                            .formatted(done.size(), prunes.size(), id));
        }
        if (done.size() < 2) {
            throw new InvalidInputException(
                    "Experiment " + id + " has " + done.size() + " finished masks, expected at least 2",
                    "Wait for its stage 2 ('crvqa watch " + id + "'), or name an experiment with several subnetworks.");
        }
        return done;
    }

    private List<ArtifactKey> ofModel(OpenStore open, List<ArtifactKey> masks) {
        if (model == null) {
            return masks;
        }
        ArtifactKey wanted = open.names()
                .resolve(Names.Kind.MODEL, model)
                .orElseThrow(() -> new InvalidInputException(
                        "There is no model '" + model + "' in " + open.objects().location(),
                        "Name one of the experiment's models, or another store with --store."));
        List<ArtifactKey> found = masks.stream()
                .filter(mask -> MaskRun.model(open.artifacts(), mask).equals(Optional.of(wanted.hex())))
                .toList();
        if (found.size() < 2) {
            throw new InvalidInputException(
                    found.size() + " of the " + masks.size() + " masks are of model " + model + " ("
                            + wanted.abbreviated() + "), expected at least 2",
                    "Name a model with several subnetworks; if the name stands for another model by now, give the key.");
        }
        return found;
    }

    /** What a picture says that is found again without the command that drew it: "experiment e-1, dataset vqa-cp". */
    private String source(OpenStore open, MaskComparison comparison) {
        Map<String, String> names = new HashMap<>();
        open.names()
                .list(Names.Kind.DATASET)
                .forEach((name, key) -> names.merge(key.hex(), name, (one, other) -> one + " = " + other));
        String datasets = comparison.runs().stream()
                .map(run -> MaskRun.dataset(open.artifacts(), run.key()))
                .distinct()
                .map(key -> "dataset " + names.getOrDefault(key, key.substring(0, Math.min(KEY_DIGITS, key.length()))))
                .collect(Collectors.joining(", "));
        return experiment == null ? datasets : "experiment " + experiment + ", " + datasets;
    }

    private static ArtifactKey key(String text) {
        try {
            return new ArtifactKey(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    String.valueOf(e.getMessage()),
                    "Give whole keys, as 'crvqa plan FILE --output json' prints them.",
                    e);
        }
    }
}
