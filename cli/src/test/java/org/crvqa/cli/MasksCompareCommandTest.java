package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasksCompareCommandTest {
    private static final String QUERY = "lxmert.encoder.layer.0.attention.self.query.weight";
    private static final String MODEL = "a".repeat(64);
    private static final String OTHER_MODEL = "b".repeat(64);

    private final CapturedConsole captured = new CapturedConsole();

    @TempDir
    private Path folder;

    private OpenStore store;
    private String dense;

    @BeforeEach
    void openStore() {
        store = OpenStore.open(StoreSettings.of(folder.resolve("store").toUri()), folder.resolve("cache"));
        dense = stage1(MODEL);
    }

    private String stage1(String model) {
        TaskSpec train = TaskSpec.newBuilder()
                .setTrain(TrainSpec.newBuilder().setModelKey(model).setTraining(training(LossKind.LOSS_KIND_LMH)))
                .build();
        try (ArtifactDraft draft = store.artifacts().draft(train)) {
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void compare_twoMasks_printsSimilarityAndChance() {
        String first = mask(1, 2, 2, 1, 1, 1, 0);
        String second = mask(2, 2, 2, 1, 0, 1, 0);

        assertThat(compare(first, second)).isEqualTo(ExitCode.OK);
        // 2 of 3 weights that either keeps; by chance (3/4 · 1/2) / (3/4 + 1/2 - 3/8).
        assertThat(captured.out().lines().map(String::strip))
                .contains("1  lmh-bce 0, seeds 0/1  " + first.substring(0, 12) + "   75.00")
                .contains("1      1  0.667", "2  0.429      1")
                .contains("a  seed of stage 2           1  0.667  0.667  0.667      0.429")
                .contains("encoder.layer.0        4  0.667 (0.429)");
    }

    @Test
    void compare_json_holdsEveryMatrix() {
        String first = mask(1, 2, 2, 1, 1, 1, 0);
        String second = mask(2, 2, 2, 1, 0, 1, 0);

        assertThat(compare(first, second, "--output", "json")).isEqualTo(ExitCode.OK);
        JsonObject json = JsonParser.parseString(captured.out()).getAsJsonObject();
        JsonObject matrix = json.getAsJsonArray("matrices").get(0).getAsJsonObject();
        assertThat(matrix.get("name").getAsString()).isEqualTo(QUERY);
        assertThat(matrix.getAsJsonArray("kept").asList())
                .extracting(kept -> kept.getAsInt())
                .containsExactly(3, 2);
        assertThat(matrix.getAsJsonArray("pairs")
                        .get(0)
                        .getAsJsonObject()
                        .get("similarity")
                        .getAsDouble())
                .isEqualTo(2.0 / 3);
        assertThat(json.getAsJsonArray("masks")
                        .get(1)
                        .getAsJsonObject()
                        .get("key")
                        .getAsString())
                .isEqualTo(second);
    }

    @Test
    void compare_pictures_areWritten() {
        Path runs = folder.resolve("runs.svg");
        Path layers = folder.resolve("layers.svg");

        assertThat(compare(
                        mask(1, 2, 2, 1, 1, 1, 0),
                        mask(2, 2, 2, 1, 0, 1, 0),
                        "--picture",
                        runs.toString(),
                        "--parts-picture",
                        layers.toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(runs).content().contains(">0.667<").contains(">0.429<").contains("lmh-bce 0, seeds 0/2");
        assertThat(layers).content().contains(">encoder.layer.0<").contains("seed of stage 2: 1 pair");
        assertThat(runs).content().contains(">dataset dddddddddddd<");
        assertThat(layers).content().contains(">dataset dddddddddddd<");
    }

    @Test
    void compare_masksOfOtherShape_isBadInput() {
        assertThat(compare(mask(1, 2, 2, 1, 1, 1, 0), mask(2, 1, 4, 1, 0, 1, 0)))
                .isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("models with different matrices").contains("[2, 2]");
    }

    @Test
    void compare_masksOfTwoModels_modelChooses() {
        String first = mask(1, 2, 2, 1, 1, 1, 0);
        String second = mask(2, 2, 2, 1, 0, 1, 0);
        dense = stage1(OTHER_MODEL);
        String other = mask(1, 1, 4, 1, 0, 1, 0);
        store.names().assign(Names.Kind.MODEL, "mine", new ArtifactKey(MODEL), false);
        store.names().assign(Names.Kind.MODEL, "other", new ArtifactKey(OTHER_MODEL), false);

        assertThat(compare(first, other, second, "--model", "mine")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("0.667").doesNotContain(other.substring(0, 12));
        assertThat(compare(first, other, "--model", "other")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(compare(first, other, "--model", "none")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("1 of the 2 masks are of model other")
                .contains("no model 'none'");
    }

    @Test
    void compare_notAMask_isBadInput() {
        assertThat(compare(dense, mask(2, 2, 2, 1, 0, 1, 0))).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("is not the result of stage 2");
    }

    @Test
    void compare_wrongArguments_areExplained() {
        String key = mask(1, 2, 2, 1, 1, 1, 0);

        assertThat(compare()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(compare(key)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(compare(key, key)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(compare("abc", key)).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(compare(key, key, "--picture", "x.jpg")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err())
                .contains("No mask is named")
                .contains("1 masks to compare")
                .contains("given twice")
                .contains("Not an artifact key")
                .contains("x.jpg");
    }

    private int compare(String... arguments) {
        CliContext context = new CliContext(
                captured.console(),
                Map.of("CRVQA_STORE", folder.resolve("store").toUri().toString()),
                folder,
                folder.toString(),
                InstantSource.system());
        return Crvqa.run(
                context,
                Stream.concat(Stream.of("masks", "compare"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** Commits a mask of one matrix; {@code kept} row by row. */
    private String mask(long seed, int rows, int columns, int... kept) {
        TaskSpec prune = TaskSpec.newBuilder()
                .setPrune(PruneSpec.newBuilder()
                        .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                        .setDatasetKey("d".repeat(64))
                        .setStage1Key(dense)
                        .setTraining(training(LossKind.LOSS_KIND_BCE))
                        .setSeed(seed))
                .build();
        byte[] values = new byte[kept.length];
        for (int i = 0; i < kept.length; i++) {
            values[i] = (byte) kept[i];
        }
        try (ArtifactDraft draft = store.artifacts().draft(prune)) {
            Path file = draft.file("mask.safetensors");
            try (SafetensorsWriter writer =
                    SafetensorsWriter.create(file, List.of(TensorDeclaration.bool(QUERY, rows, columns)))) {
                writer.writeBooleans(QUERY, ByteBuffer.wrap(values));
                writer.commit();
            }
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    private static TrainingSettings training(LossKind loss) {
        return TrainingSettings.newBuilder()
                .setLoss(Loss.newBuilder().setKind(loss))
                .build();
    }
}
