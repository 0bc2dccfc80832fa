package org.crvqa.vqa.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AnswerDistributionTest {
    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void distances_scoresOfGoldenFile_areWhatNumpyComputes() throws Exception {
        JsonNode golden = new ObjectMapper().readTree(getClass().getResource("distributions.json"));
        int answers = golden.get("answers").asInt();
        assertThat(golden.get("cases")).isNotEmpty();
        for (JsonNode testCase : golden.get("cases")) {
            AnswerDistribution first = distribution(answers, testCase.get("first"));
            AnswerDistribution second = distribution(answers, testCase.get("second"));

            for (int answer = 0; answer < answers; answer++) {
                assertThat(first.prior(answer))
                        .isCloseTo(testCase.get("prior").get(answer).asDouble(), EXACT);
                assertThat(first.share(answer))
                        .isCloseTo(testCase.get("share").get(answer).asDouble(), EXACT);
            }
            assertThat(first.labelled()).isEqualTo(testCase.get("labelled").asLong());
            assertThat(first.totalVariation(second))
                    .isCloseTo(testCase.get("total_variation").asDouble(), EXACT)
                    .isEqualTo(second.totalVariation(first));
            assertThat(first.jensenShannon(second))
                    .isCloseTo(testCase.get("jensen_shannon").asDouble(), EXACT);
        }
    }

    @Test
    void distances_disjointAndEqual_areOneAndZero() {
        AnswerDistribution yes = new AnswerDistribution(2);
        yes.add(new int[] {0}, new float[] {1});
        AnswerDistribution no = new AnswerDistribution(2);
        no.add(new int[] {1}, new float[] {0.3f});
        no.add(new int[0], new float[0]);

        assertThat(yes.totalVariation(no)).isEqualTo(1);
        assertThat(yes.jensenShannon(no)).isCloseTo(1, EXACT);
        assertThat(no.totalVariation(no)).isZero();
        assertThat(no.jensenShannon(no)).isZero();
        assertThat(no.top(5)).isEqualTo(List.of(1));
        assertThat(no.questions() - no.labelled()).isEqualTo(1);
    }

    @Test
    void distances_nothingLabelled_areRefused() {
        AnswerDistribution none = new AnswerDistribution(2);
        none.add(new int[0], new float[0]);

        assertThat(none.isLabelled()).isFalse();
        assertThat(none.share(0)).isZero();
        assertThatThrownBy(() -> none.totalVariation(none)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void mean_typesOfDifferentSize_isWeightedByQuestions() {
        List<TypeShift> shifts = List.of(new TypeShift(0, 30, 0.1, 0), new TypeShift(1, 10, 0.5, 0));

        assertThat(TypeShift.mean(shifts, TypeShift::totalVariation)).hasValueCloseTo(0.2, EXACT);
        assertThat(TypeShift.mean(List.of(), TypeShift::totalVariation)).isEmpty();
    }

    private static AnswerDistribution distribution(int answers, JsonNode questions) {
        AnswerDistribution distribution = new AnswerDistribution(answers);
        for (JsonNode question : questions) {
            int[] given = new int[question.size()];
            float[] scores = new float[question.size()];
            for (int i = 0; i < given.length; i++) {
                given[i] = question.get(i).get(0).asInt();
                scores[i] = (float) question.get(i).get(1).asDouble();
            }
            distribution.add(given, scores);
        }
        return distribution;
    }
}
