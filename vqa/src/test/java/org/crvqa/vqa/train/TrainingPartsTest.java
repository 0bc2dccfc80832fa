package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.HeldOut;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.data.Split;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingPartsTest {
    private static final HeldOut HELD_OUT =
            HeldOut.newBuilder().setFraction(0.3).setSeed(7).build();

    /** By vqa/src/test/python/held_out.py. */
    private static final long[] EXPECTED = {8, 9, 12, 13, 14, 15, 22, 23, 24, 25, 26, 27, 28, 29, 34, 35, 36, 37};

    @TempDir
    Path folder;

    private TaskRuns runs;
    private Path sources;

    @BeforeEach
    void open() throws IOException {
        runs = new TaskRuns(folder);
        sources = TinyVqaCp.write(folder);
        // Two questions to an image.
        for (String file : List.of("vqacp_v2_train_questions.json", "vqacp_v2_train_annotations.json")) {
            String text = Files.readString(sources.resolve(file));
            for (int id = 1; id < 48; id += 2) {
                text = text.replace("\"image_id\": " + id + ",", "\"image_id\": " + (id - 1) + ",");
            }
            Files.writeString(sources.resolve(file), text);
        }
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void nextFraction_ofSeedAndImage_isThatOfThePythonReference() {
        // vqa/src/test/python/held_out.py.
        assertThat(SplitMix64.of(0, 0).nextFraction()).isEqualTo(0.13870941014555427);
        assertThat(SplitMix64.of(7, 262148).nextFraction()).isEqualTo(0.27444484153023585);
        assertThat(SplitMix64.of(-1, 581929).nextFraction()).isEqualTo(0.2515903690583148);
    }

    @Test
    void isHeldOut_manyImages_meetsTheFractionAndNests() {
        HeldOut more = HELD_OUT.toBuilder().setFraction(0.5).build();
        long held = 0;
        for (long image = 0; image < 20_000; image++) {
            boolean out = TrainingParts.isHeldOut(HELD_OUT, image);
            held += out ? 1 : 0;
            assertThat(!out || TrainingParts.isHeldOut(more, image)).isTrue();
        }
        // Four standard deviations of the binomial: 260.
        assertThat(held).isBetween(5_740L, 6_260L);
    }

    @Test
    void of_heldOut_dividesByImageAsThePythonReference() {
        try (Dataset dataset = dataset()) {
            TrainingParts parts = TrainingParts.of(dataset, settings(HELD_OUT));
            Split train = dataset.split("train");
            Examples heldOut = parts.heldOut().orElseThrow();
            assertThat(IntStream.of(heldOut.places())
                            .mapToLong(train::questionId)
                            .toArray())
                    .containsExactly(EXPECTED);
            assertThat(images(parts.training())).doesNotContainAnyElementsOf(images(heldOut));
            assertThat(IntStream.concat(IntStream.of(parts.training().places()), IntStream.of(heldOut.places())))
                    .containsExactlyInAnyOrder(IntStream.range(0, 48).boxed().toArray(Integer[]::new));
            SplitSelection two = SplitSelection.newBuilder()
                    .setName("heldout")
                    .setMaxQuestions(2)
                    .build();
            assertThat(parts.selected(dataset, two).places()).containsExactly(heldOut.places()[0], heldOut.places()[1]);
        }
    }

    @Test
    void of_nothingHeldOut_isTheWholeSplit() {
        try (Dataset dataset = dataset()) {
            TrainingParts parts =
                    TrainingParts.of(dataset, TinyVqaCp.training(1).build());
            assertThat(parts.training().size()).isEqualTo(48);
            assertThat(parts.heldOut()).isEmpty();
        }
    }

    @Test
    void of_emptyPart_saysHowManyAreLeft() {
        try (Dataset dataset = dataset()) {
            HeldOut tiny = HELD_OUT.toBuilder().setFraction(1e-9).build();
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> TrainingParts.of(dataset, settings(tiny)))
                    .withMessageContaining("48 questions to train on and 0 held out");
            HeldOut all = HELD_OUT.toBuilder().setFraction(1 - 1e-9).build();
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> TrainingParts.of(dataset, settings(all)))
                    .withMessageContaining("0 questions to train on and 48 held out");
        }
    }

    @Test
    void of_datasetWithASplitOfThatName_isRefused() throws IOException {
        for (String kind : List.of("questions", "annotations")) {
            Files.copy(
                    sources.resolve("vqacp_v2_test_" + kind + ".json"),
                    sources.resolve("vqacp_v2_heldout_" + kind + ".json"));
        }
        String key = runs.dataset(sources, new ImportOptions(1, List.of("train"), "train", 5));
        try (Dataset dataset = new Inputs(runs.repository()).dataset(key)) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> TrainingParts.of(dataset, settings(HELD_OUT)))
                    .withMessageContaining("split heldout of its own");
        }
    }

    @Test
    void run_heldOut_neverTrainsOnHeldOutImages() throws IOException {
        String before = runs.dataset(sources, TinyVqaCp.OPTIONS);
        changeHeldOutFeatures();
        String after = runs.dataset(sources, TinyVqaCp.OPTIONS);
        assertThat(after).isNotEqualTo(before);
        assertThat(weights(before, true)).isEqualTo(weights(after, true));
        // The change does matter to who sees these images.
        assertThat(weights(before, false)).isNotEqualTo(weights(after, false));
    }

    @Test
    void run_heldOutChooses_reportsItsScores() {
        RecordingObserver observer = new RecordingObserver(() -> {});
        TrainSpec.Builder spec = spec(runs.dataset(sources, TinyVqaCp.OPTIONS), 20);
        spec.getTrainingBuilder()
                .setHeldOut(HELD_OUT)
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("heldout"))
                        .setEverySteps(10));
        Manifest trained = runs.run(TaskSpec.newBuilder().setTrain(spec).build(), observer);
        assertThat(observer.metrics).containsKeys("accuracy/heldout/all@10", "accuracy/heldout/all@20");
        assertThat(trained.getMetricsOrThrow("selection/score"))
                .isEqualTo(Math.max(
                        observer.metrics.get("accuracy/heldout/all@10"),
                        observer.metrics.get("accuracy/heldout/all@20")));
        assertThat(observer.reports)
                .anyMatch(report ->
                        report.getPhase().equals("evaluate heldout") && report.getTotalSteps() == EXPECTED.length);
    }

    private void changeHeldOutFeatures() throws IOException {
        Path features = sources.resolve("features.tsv");
        List<String> lines = Files.readAllLines(features);
        for (int image = 0; image < 48; image++) {
            if (TrainingParts.isHeldOut(HELD_OUT, image)) {
                String[] columns = lines.get(image).split("\t", -1);
                String[] other = lines.get((image + 2) % 48).split("\t", -1);
                columns[5] = other[5];
                lines.set(image, String.join("\t", columns));
            }
        }
        Files.write(features, lines);
    }

    private String weights(String dataset, boolean heldOut) {
        TrainSpec.Builder spec = spec(dataset, 6);
        if (heldOut) {
            spec.getTrainingBuilder().setHeldOut(HELD_OUT);
        }
        Manifest trained = runs.run(TaskSpec.newBuilder().setTrain(spec).build(), new SampleRows.Silent());
        return trained.getFilesList().stream()
                .filter(file -> file.getName().equals(Inputs.WEIGHTS))
                .findFirst()
                .orElseThrow()
                .getSha256();
    }

    private TrainSpec.Builder spec(String dataset, int steps) {
        String model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, model, steps);
        spec.getTrainingBuilder().setHeadBias(HeadBias.HEAD_BIAS_UNIFORM);
        return spec;
    }

    private Dataset dataset() {
        return new Inputs(runs.repository()).dataset(runs.dataset(sources, TinyVqaCp.OPTIONS));
    }

    private static TrainingSettings settings(HeldOut heldOut) {
        return TinyVqaCp.training(1).setHeldOut(heldOut).build();
    }

    private static Set<Integer> images(Examples examples) {
        Set<Integer> images = new HashSet<>();
        for (int place : examples.places()) {
            images.add(examples.split().imageRow(place));
        }
        return images;
    }
}
