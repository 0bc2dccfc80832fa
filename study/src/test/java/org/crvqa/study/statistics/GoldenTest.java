package org.crvqa.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against numbers of scipy, statsmodels and numpy; src/test/python/statistics_golden.py makes them. */
class GoldenTest {
    private static final JsonObject GOLDEN = read();
    /** As many resamples as the reference took, so that both are about as exact. */
    private static final Bootstrap BOOTSTRAP =
            new Bootstrap(GOLDEN.get("resamples").getAsInt(), 1);

    private static JsonObject read() {
        try (InputStream in = Objects.requireNonNull(GoldenTest.class.getResourceAsStream("golden.json"))) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<JsonObject> cases() {
        return objects("cases");
    }

    private static Stream<JsonObject> objects(String name) {
        List<JsonObject> all = new ArrayList<>();
        GOLDEN.getAsJsonArray(name).forEach(element -> all.add(element.getAsJsonObject()));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void mean_ofOneRow_isThatOfResampledSeedsAndQuestions(JsonObject golden) {
        Estimate mean = BOOTSTRAP.mean(row(golden, "a"));

        assertThat(mean.value()).isCloseTo(golden.get("mean").getAsDouble(), within(1e-6));
        assertInterval(mean, golden, "mean_interval");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void difference_sameQuestionsAndSeeds_isPaired(JsonObject golden) {
        Estimate difference = BOOTSTRAP.difference(row(golden, "a"), row(golden, "b"));

        assertThat(difference.value()).isCloseTo(golden.get("difference").getAsDouble(), within(1e-6));
        assertInterval(difference, golden, "difference_interval");
        double p = golden.get("difference_p").getAsDouble();
        assertThat(difference.p()).isCloseTo(p, within(0.001 + 0.05 * p));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void difference_otherSeeds_sharesTheQuestions(JsonObject golden) {
        RowScores b = row(golden, "b");
        int left = Math.max(1, b.seeds().size() - 1);
        RowScores fewer = new RowScores(
                b.questions(), b.seeds().subList(0, left), b.accuracies().subList(0, left));

        assertInterval(BOOTSTRAP.difference(row(golden, "a"), fewer), golden, "own_seeds_interval");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void difference_oneSeed_isScipysPairedBootstrap(JsonObject golden) {
        Estimate difference = BOOTSTRAP.difference(first(row(golden, "a")), first(row(golden, "b")));

        assertInterval(difference, golden, "first_seed_scipy_interval");
        // The bootstrap's normal limit, in closed form.
        double error = golden.get("first_seed_standard_error").getAsDouble();
        assertThat(difference.high() - difference.low()).isCloseTo(2 * 1.96 * error, within(0.1 * error));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void difference_otherQuestions_isScipysBootstrapOfTwoSamples(JsonObject golden) {
        RowScores other = first(row(golden, "other"));
        RowScores elsewhere = new RowScores(
                LongStream.of(other.questions()).map(id -> id + 1_000).toArray(), other.seeds(), other.accuracies());

        assertInterval(
                BOOTSTRAP.difference(first(row(golden, "a")), elsewhere), golden, "first_seed_unpaired_scipy_interval");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void mcNemar_ofRows_isThatOfStatsmodels(JsonObject golden) {
        McNemar test = McNemar.of(row(golden, "a"), row(golden, "b"));

        JsonObject expected = golden.getAsJsonObject("mcnemar");
        assertThat(test.gained()).isEqualTo(expected.get("gained").getAsInt());
        assertThat(test.lost()).isEqualTo(expected.get("lost").getAsInt());
        assertThat(test.p()).isCloseTo(expected.get("p").getAsDouble(), within(1e-12));
    }

    @Test
    void mcNemar_ofCounts_isThatOfStatsmodelsAndScipy() {
        objects("mcnemar").forEach(expected -> {
            double p = McNemar.of(
                            expected.get("gained").getAsInt(),
                            expected.get("lost").getAsInt())
                    .p();
            assertThat(p).isCloseTo(expected.get("p").getAsDouble(), within(1e-9));
            assertThat(p).isCloseTo(expected.get("binomtest_p").getAsDouble(), within(1e-9));
        });
    }

    @Test
    void holm_ofFamilies_isThatOfStatsmodels() {
        objects("holm")
                .forEach(family -> assertThat(Holm.adjust(numbers(family.getAsJsonArray("p"))))
                        .containsExactly(numbers(family.getAsJsonArray("adjusted")), within(1e-12)));
    }

    /** Resampling has an error of its own; at 40,000 resamples the ends differ by less than this part of the width. */
    private static void assertInterval(Estimate estimate, JsonObject golden, String name) {
        double[] expected = numbers(golden.getAsJsonArray(name));
        Offset<Double> offset = within(0.02 * (expected[1] - expected[0]));
        assertThat(estimate.low()).isCloseTo(expected[0], offset);
        assertThat(estimate.high()).isCloseTo(expected[1], offset);
    }

    private static RowScores row(JsonObject golden, String name) {
        List<float[]> columns = new ArrayList<>();
        for (JsonElement seed : golden.getAsJsonArray(name)) {
            double[] numbers = numbers(seed.getAsJsonArray());
            float[] column = new float[numbers.length];
            IntStream.range(0, column.length).forEach(i -> column[i] = (float) numbers[i]);
            columns.add(column);
        }
        return new RowScores(
                LongStream.range(0, columns.get(0).length).toArray(),
                IntStream.range(0, columns.size()).mapToObj(String::valueOf).toList(),
                columns);
    }

    private static RowScores first(RowScores row) {
        return new RowScores(
                row.questions(), row.seeds().subList(0, 1), row.accuracies().subList(0, 1));
    }

    private static double[] numbers(JsonArray array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).getAsDouble();
        }
        return numbers;
    }
}
