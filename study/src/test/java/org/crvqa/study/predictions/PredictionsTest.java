package org.crvqa.study.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifact.v1.SplitPredictions;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PredictionsTest {
    @TempDir
    private Path folder;

    private static SplitPredictions.Builder sound() {
        return SplitPredictions.newBuilder()
                .setFormat(1)
                .setSplit("test")
                .addAllQuestionIds(List.of(3L, 8L, 9L))
                .setKept(2)
                .addAllAnswers(List.of(1, 0, 0, 2, 2, 1))
                .addAllProbabilities(List.of(0.5f, 0.25f, 1f, 0f, 0.75f, 0.125f))
                .addAllAccuracies(List.of(1f, 1f / 3, 2f / 3))
                .addAllAnswerTexts(List.of("yes", "no", "2"))
                .setProbability(Probability.PROBABILITY_SIGMOID);
    }

    @Test
    void read_soundFile_hasItsColumns() throws IOException {
        Path file = folder.resolve(Predictions.fileName("test"));
        Files.write(file, sound().build().toByteArray());
        Predictions found = Predictions.read(file);
        assertThat(found.split()).isEqualTo("test");
        assertThat(found.size()).isEqualTo(3);
        assertThat(found.kept()).isEqualTo(2);
        assertThat(found.questionId(1)).isEqualTo(8);
        assertThat(found.place(9)).isEqualTo(2);
        assertThat(found.place(7)).isNegative();
        assertThat(found.answer(0, 0)).isEqualTo("no");
        assertThat(found.answer(2, 1)).isEqualTo("no");
        assertThat(found.probability(2, 1)).isEqualTo(0.125f);
        assertThat(found.probability()).isEqualTo(Probability.PROBABILITY_SIGMOID);
        assertThat(found.confidences()).containsExactly(0.5, 1, 0.75);
        assertThat(found.accuracies()).containsExactly(1, 1f / 3, 2f / 3);
        // One annotator of ten is not enough, two are.
        assertThat(found.isRight(0)).isTrue();
        assertThat(found.isRight(1)).isFalse();
        assertThat(found.isRight(2)).isTrue();
    }

    @Test
    void of_noQuestions_isSound() {
        SplitPredictions empty =
                SplitPredictions.newBuilder().setFormat(1).setKept(5).build();
        assertThat(Predictions.of(empty, "x").size()).isZero();
    }

    static Stream<Arguments> spoilt() {
        return Stream.of(
                spoilt("is of format 2, this program reads 1", file -> file.setFormat(2)),
                spoilt("6 answers and 6 probabilities, expected 0 for each of 3", SplitPredictions.Builder::clearKept),
                spoilt("6 answers and 6 probabilities, expected 4294967295", file -> file.setKept(-1)),
                spoilt("7 answers and 6 probabilities, expected 2 for each of 3", file -> file.addAnswers(0)),
                spoilt("6 answers and 7 probabilities, expected 2 for each of 3", file -> file.addProbabilities(0)),
                spoilt(
                        "holds 2 accuracies of 3 questions",
                        file -> file.clearAccuracies().addAllAccuracies(List.of(1f, 1f))),
                spoilt("question 8 after 8, expected ascending", file -> file.setQuestionIds(2, 8)),
                spoilt("answer 3 of question 8, but has 3 answers", file -> file.setAnswers(2, 3)),
                spoilt("answer 4294967295 of question 9, but has 3", file -> file.setAnswers(5, -1)),
                spoilt("probability NaN of question 9, expected 0 to 1", file -> file.setProbabilities(4, Float.NaN)),
                spoilt("probability 1.5 of question 3", file -> file.setProbabilities(1, 1.5f)),
                spoilt("accuracy -Infinity of question 9", file -> file.setAccuracies(2, Float.NEGATIVE_INFINITY)));
    }

    private static Arguments spoilt(String message, UnaryOperator<SplitPredictions.Builder> change) {
        return Arguments.of(message, change);
    }

    @ParameterizedTest
    @MethodSource("spoilt")
    void of_spoiltFile_saysWhere(String message, UnaryOperator<SplitPredictions.Builder> change) {
        SplitPredictions file = change.apply(sound()).build();
        assertThatExceptionOfType(ArtifactCorruptException.class)
                .isThrownBy(() -> Predictions.of(file, "some/file"))
                .withMessageStartingWith("some/file ")
                .withMessageContaining(message);
    }

    @Test
    void read_whatIsNoMessage_saysWhichFile() throws IOException {
        Path file = folder.resolve("predictions-test.binpb");
        Files.writeString(file, "[{\"question_id\": 1}]");
        assertThatExceptionOfType(ArtifactCorruptException.class)
                .isThrownBy(() -> Predictions.read(file))
                .withMessageContaining("predictions-test.binpb holds no predictions");
    }
}
