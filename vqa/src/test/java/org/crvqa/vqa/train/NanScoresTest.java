package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.task.v1.ModelSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WeightSource;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model that gives no numbers for one question of a split, the only one with the word "red", does not answer
 * it with the first answer of the list.
 */
class NanScoresTest {
    private static final String WORDS = "lxmert.embeddings.word_embeddings.weight";
    private static final int RED = 8;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;

    @BeforeEach
    void open() throws IOException {
        runs = new TaskRuns(folder);
        Path files = TinyVqaCp.write(folder);
        for (String split : List.of("train", "test")) {
            Path questions = files.resolve("vqacp_v2_" + split + "_questions.json");
            String text = Files.readString(questions).replace("Is it red", "Is it");
            Files.writeString(questions, split.equals("test") ? text.replaceFirst("What color", "Red color") : text);
        }
        dataset = runs.dataset(files, TinyVqaCp.OPTIONS);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void run_evaluationWithNaNForOneQuestion_failsAndWritesNoPredictions() throws IOException {
        Manifest sound = stage1(1, false);
        TaskSpec of = evaluation(sound);
        assertThat(runs.run(of, new SampleRows.Silent()).getMetricsMap()).containsKey("accuracy/test/all");
        TaskSpec spec = evaluation(stage1(2, true));
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            for (TaskRuns some : new TaskRuns[] {runs, runs.inBatchesOf(3)}) {
                assertThatExceptionOfType(DivergedException.class)
                        .isThrownBy(() -> some.attempt(spec, draft, new SampleRows.Silent()))
                        .withMessage("The model's scores of answers are not numbers for 1 of 10 questions of test")
                        .satisfies(e -> assertThat(e.advice()).contains("learning rate"));
            }
            assertThat(draft.file("predictions-test.json")).doesNotExist();
            assertThat(draft.file("predictions-test.binpb")).doesNotExist();
        }
    }

    @Test
    void run_selectionOfTheBestWithNaNForOneQuestion_fails() throws IOException {
        // No training question has the word, so that training itself goes well.
        TrainSpec.Builder spec =
                TinyVqaCp.stage1(dataset, stored(stage1(2, true)), 4).setWeights(WeightSource.WEIGHT_SOURCE_STORED);
        spec.getTrainingBuilder().setSelection(best());
        RecordingObserver observer = new RecordingObserver(() -> {});
        assertThatExceptionOfType(DivergedException.class)
                .isThrownBy(() -> runs.run(TaskSpec.newBuilder().setTrain(spec).build(), observer))
                .withMessage("The model's scores of answers are not numbers for 1 of 10 questions of test");
        assertThat(observer.metrics).doesNotContainKey("accuracy/test/all@2");
    }

    private static Selection best() {
        return Selection.newBuilder()
                .setKeep(Keep.KEEP_BEST)
                .setSplit(SplitSelection.newBuilder().setName("test"))
                .setEverySteps(2)
                .build();
    }

    private TaskSpec evaluation(Manifest trained) {
        return TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setDatasetKey(dataset)
                        .setTrainKey(trained.getKey())
                        .setText(trained.getSpec().getTrain().getTraining().getText())
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build();
    }

    /** A trained model; {@code spoilt}: whose vector of "red" is no number. */
    private Manifest stage1(long seed, boolean spoilt) {
        String model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
        TaskSpec spec = TaskSpec.newBuilder()
                .setTrain(TinyVqaCp.stage1(dataset, model, 5).setSeed(seed))
                .build();
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            Manifest details = runs.attempt(spec, draft, new SampleRows.Silent());
            if (spoilt) {
                spoil(draft.file(Inputs.WEIGHTS));
            }
            return draft.commit(details);
        }
    }

    /** A model with the weights of a trained one. */
    private String stored(Manifest trained) throws IOException {
        String json = Files.readString(runs.open(trained).file(Inputs.CONFIG));
        TaskSpec spec = TaskSpec.newBuilder()
                .setModel(ModelSpec.newBuilder()
                        .setArchitecture(ModelArchitecture.MODEL_ARCHITECTURE_LXMERT)
                        .setConfigJson(json))
                .build();
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            Files.writeString(draft.file(Inputs.CONFIG), json);
            Files.copy(runs.open(trained).file(Inputs.WEIGHTS), draft.file(Inputs.WEIGHTS));
            return draft.commit(Manifest.getDefaultInstance()).getKey();
        }
    }

    private static void spoil(Path file) {
        try (SafetensorsReader reader = SafetensorsReader.open(file);
                SafetensorsWriter writer = SafetensorsWriter.create(file, reader.declarations())) {
            for (TensorDeclaration tensor : reader.declarations()) {
                float[] values = reader.floats(tensor.name());
                if (tensor.name().equals(WORDS)) {
                    int width = values.length / TinyVqaCp.WORDS;
                    Arrays.fill(values, RED * width, (RED + 1) * width, Float.NaN);
                }
                writer.writeFloats(tensor.name(), values);
            }
            writer.commit();
        }
    }
}
