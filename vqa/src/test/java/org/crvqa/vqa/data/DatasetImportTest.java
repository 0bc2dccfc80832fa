package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.AnswerCount;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetImportTest {
    @TempDir
    Path folder;

    private SmallVqaCp source;

    @BeforeEach
    void writeSource() {
        source = new SmallVqaCp(folder);
    }

    @Test
    void run_smallDataset_summarisesIt() {
        var summary = source.run().getDataset();
        assertThat(summary.getSplitsList())
                .containsExactly(
                        SplitSummary.newBuilder()
                                .setName("train")
                                .setQuestions(4)
                                .setWithoutLabel(1)
                                .build(),
                        SplitSummary.newBuilder()
                                .setName("test")
                                .setQuestions(2)
                                .build());
        assertThat(summary.getAnswers()).isEqualTo(5);
        assertThat(summary.getQuestionTypes()).isEqualTo(3);
        assertThat(summary.getVocabularySize()).isEqualTo(14);
        assertThat(summary.getImages()).isEqualTo(3);
        assertThat(summary.getMaxBoxes()).isEqualTo(2);
        assertThat(summary.getFeatureDim()).isEqualTo(3);
    }

    @Test
    void run_answers_areNormalisedInOrderOfFirstOccurrence() {
        try (Dataset dataset = source.open(source.run())) {
            assertThat(IntStream.range(0, dataset.answers()).mapToObj(dataset::answer))
                    .containsExactly("red", "yes", "no", "2", "blue");
            assertThat(dataset.splitNames()).containsExactly("train", "test");
        }
    }

    @Test
    void run_rareAnswers_areNoCandidates() {
        Manifest manifest = source.run(new ImportOptions(2, List.of("train"), "train", 5), ImportListener.none());
        try (Dataset dataset = source.open(manifest)) {
            assertThat(IntStream.range(0, dataset.answers()).mapToObj(dataset::answer))
                    .containsExactly("yes");
            assertThat(dataset.split("test").scoreAnswers(0)).isEmpty();
        }
    }

    @Test
    void run_answerCounts_tellOfTrainAloneAndOfTrainAndTest() {
        assertThat(source.run(new ImportOptions(1, List.of("train"), "train", 5), ImportListener.none())
                        .getDataset()
                        .getAnswerCountsList())
                .containsExactly(count(3, "train"), count(5, "train", "test"));
        assertThat(source.run().getDataset().getAnswerCountsList())
                .containsExactly(count(5, "train", "test"), count(3, "train"));
    }

    /** Of a split whose answers are not taken nothing was asked before. */
    @Test
    void run_testWithoutMajorityAnswers_isNotCounted() {
        source.replace(SmallVqaCp.TEST_ANNOTATIONS, "\"multiple_choice_answer\": \"blue\", ", "");
        assertThat(source.run(new ImportOptions(1, List.of("train"), "train", 5), ImportListener.none())
                        .getDataset()
                        .getAnswerCountsList())
                .containsExactly(count(3, "train"));
    }

    @Test
    void defaults_candidates_areThoseOfTrainButForVqaV2() {
        assertThat(ImportOptions.defaults().answersFrom()).containsExactly("train");
        assertThat(ImportOptions.defaults(DatasetFormat.DATASET_FORMAT_VQA_VS).answersFrom())
                .containsExactly("train");
        assertThat(ImportOptions.defaults(DatasetFormat.DATASET_FORMAT_VQA_V2).answersFrom())
                .containsExactly("train", "val");
    }

    private static AnswerCount count(int answers, String... splits) {
        return AnswerCount.newBuilder()
                .addAllSplits(List.of(splits))
                .setAnswers(answers)
                .build();
    }

    @Test
    void run_examples_areSortedByQuestionIdAndJoined() {
        try (Dataset dataset = source.open(source.run())) {
            Split train = dataset.split("train");
            assertThat(train.size()).isEqualTo(4);
            assertThat(IntStream.range(0, 4).mapToObj(train::questionId)).containsExactly(10L, 20L, 30L, 40L);
            assertThat(IntStream.range(0, 4).map(train::imageRow)).containsExactly(1, 0, 2, 1);
            assertThat(train.tokens(0)).containsExactly(8, 9, 4, 5, 6, 13);
            assertThat(train.tokens(1)).containsExactly(4, 1, 13);
            assertThat(dataset.split("test").tokens(0)).containsExactly(11, 12, 6, 10, 13);
            assertThat(IntStream.range(0, 4).mapToObj(train::answerType))
                    .containsExactly(AnswerType.OTHER, AnswerType.YES_NO, AnswerType.YES_NO, AnswerType.YES_NO);
            assertThat(dataset.questionType(train.questionType(3))).isEqualTo("is");
            assertThat(dataset.split("test").questionType(1)).isEqualTo(train.questionType(0));
            assertThat(dataset.clsId()).isEqualTo(2);
            assertThat(dataset.sepId()).isEqualTo(3);
        }
    }

    @Test
    void run_annotators_giveSoftScoresAndTheFirstBestLabel() {
        try (Dataset dataset = source.open(source.run())) {
            Split train = dataset.split("train");
            // blue 3 times, red 7 times once "a red." is normalised: a tie at 1, blue was named first.
            assertThat(train.scoreAnswers(0)).containsExactly(4, 0);
            assertThat(train.scoreValues(0)).containsExactly(1f, 1f);
            assertThat(train.label(0)).isEqualTo(4);
            assertThat(train.scoreAnswers(3)).containsExactly(2, 1);
            assertThat(train.scoreValues(3)).containsExactly(1 / 3f, 2 / 3f);
            assertThat(train.label(3)).isEqualTo(1);
        }
    }

    @Test
    void run_exampleWithoutCandidate_getsADrawFixedBySeedAndQuestion() {
        try (Dataset dataset = source.open(source.run())) {
            assertThat(dataset.split("train").scoreAnswers(2)).isEmpty();
            assertThat(dataset.split("train").label(2)).isBetween(0, 4);
        }
        SoftScores none = new SoftScores(new int[0], new byte[0]);
        int[] draws = IntStream.range(0, 5000).map(id -> none.label(5, 9, id)).toArray();
        for (int answer = 0; answer < 5; answer++) {
            int label = answer;
            assertThat(IntStream.of(draws).filter(draw -> draw == label).count())
                    .isBetween(900L, 1100L);
        }
        assertThat(IntStream.range(0, 5000).map(id -> none.label(5, 9, id)).toArray())
                .isEqualTo(draws);
        assertThat(IntStream.range(0, 5000).map(id -> none.label(5, 8, id)).toArray())
                .isNotEqualTo(draws);
    }

    @Test
    void run_priors_areMeansOverTheTypesTrainingExamples() {
        try (Dataset dataset = source.open(source.run())) {
            Split train = dataset.split("train");
            Split test = dataset.split("test");
            assertThat(dataset.bias(train.questionType(0))).containsExactly(1, 0, 0, 0, 1);
            float yes = (1 + 2 / 3f) / 3;
            float no = (1 / 3f + 1 / 3f) / 3;
            assertThat(dataset.bias(train.questionType(1))).containsExactly(0, yes, no, 0, 0);
            float[] mean = {1 / 4f, (1 + 2 / 3f) / 4, (1 / 3f + 1 / 3f) / 4, 0, 1 / 4f};
            assertThat(dataset.meanScores()).containsExactly(mean);
            assertThat(dataset.bias(test.questionType(0)))
                    .as("unseen in training")
                    .containsExactly(mean);
        }
    }

    @Test
    void copy_imageWithFewerRegions_isPaddedWithZeros() {
        try (Dataset dataset = source.open(source.run())) {
            FloatBuffer features = FloatBuffer.allocate(12);
            dataset.copyFeatures(1, features);
            dataset.copyFeatures(2, features);
            assertThat(features.array()).containsExactly(-1, -2, -3, 0, 0, 0, 7, 8, 9, 10, 11, 12);
            FloatBuffer boxes = FloatBuffer.allocate(16);
            dataset.copyBoxes(1, boxes);
            dataset.copyBoxes(0, boxes);
            assertThat(boxes.array()).containsExactly(.5f, .5f, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, .1f, .1f, .2f, .2f);
        }
    }

    @Test
    void run_sameSourcesAgain_findsTheArtifactWithoutReadingMore() {
        List<String> phases = new ArrayList<>();
        ImportListener listener = (phase, done, total) -> {
            assertThat(done).isBetween(1L, total);
            if (phases.isEmpty() || !phases.get(phases.size() - 1).equals(phase)) {
                phases.add(phase);
            }
        };
        Manifest first = source.run(SmallVqaCp.OPTIONS, listener);
        assertThat(phases).containsExactly("check", "answers", "questions", "features");
        phases.clear();
        assertThat(source.run(SmallVqaCp.OPTIONS, listener)).isEqualTo(first);
        assertThat(phases).containsExactly("check");
    }

    @Test
    void run_otherStore_givesTheSameKeyAndBytes() {
        SmallVqaCp other = new SmallVqaCp(folder.resolve("other"));
        assertThat(other.run().getFilesList()).isEqualTo(source.run().getFilesList());
        other.replace(SmallVqaCp.VOCABULARY, "many", "much");
        assertThat(other.run().getKey()).isNotEqualTo(source.run().getKey());
    }

    @Test
    void run_splitThatOptionsNameIsMissing_isRefused() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> source.run(new ImportOptions(1, List.of("train"), "val", 0), ImportListener.none()))
                .withMessageContaining("no split val among train, test");
    }

    @Test
    void split_unknownName_listsThoseThatAre() {
        try (Dataset dataset = source.open(source.run())) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> dataset.split("iid"))
                    .withMessage("The dataset has no split iid but train, test");
        }
    }
}
