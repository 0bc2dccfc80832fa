package org.crvqa.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.rng.simple.RandomSource;

class StatisticsPropertiesTest {
    private static final Bootstrap BOOTSTRAP = new Bootstrap(500, 7);
    private static final float[] LEVELS = {0, 0.3f, 0.6f, 0.9f, 1};

    @Property(tries = 200)
    void difference_ofAnyRows_liesInItsInterval(@ForAll("pairs") Tuple2<RowScores, RowScores> rows) {
        Estimate difference = BOOTSTRAP.difference(rows.get1(), rows.get2());

        assertThat(difference.value())
                .isBetween(difference.low() - 1e-6, difference.high() + 1e-6)
                .isCloseTo(rows.get1().mean() - rows.get2().mean(), within(1e-9));
        assertThat(difference.p()).isBetween(2.0 / 501, 1.0);
    }

    @Property(tries = 200)
    void difference_swapped_isItsNegative(@ForAll("pairs") Tuple2<RowScores, RowScores> rows) {
        Estimate difference = BOOTSTRAP.difference(rows.get1(), rows.get2());
        Estimate swapped = BOOTSTRAP.difference(rows.get2(), rows.get1());

        assertThat(swapped.value()).isEqualTo(-difference.value(), within(1e-15));
        assertThat(swapped.low()).isEqualTo(-difference.high(), within(1e-9));
        assertThat(swapped.high()).isEqualTo(-difference.low(), within(1e-9));
        assertThat(swapped.p()).isEqualTo(difference.p());
    }

    @Property(tries = 100)
    void difference_questionsInAnotherOrder_isTheSame(
            @ForAll("pairs") Tuple2<RowScores, RowScores> rows, @ForAll Random random) {
        Estimate expected = BOOTSTRAP.difference(rows.get1(), rows.get2());

        assertThat(BOOTSTRAP.difference(shuffled(rows.get1(), random), rows.get2()))
                .isEqualTo(expected);
    }

    @Property
    void mcNemar_swapped_hasTheSameP(@ForAll @IntRange(max = 2000) int gained, @ForAll @IntRange(max = 2000) int lost) {
        McNemar test = McNemar.of(gained, lost);

        assertThat(test.p())
                .isBetween(0.0, 1.0)
                .isCloseTo(McNemar.of(lost, gained).p(), within(1e-12));
        assertThat(McNemar.of(Math.max(gained, lost) + 5, Math.min(gained, lost))
                        .p())
                .isLessThanOrEqualTo(test.p() + 1e-12);
    }

    @Property
    void holm_ofAnyPValues_isMonotoneAndNotSmaller(@ForAll @Size(max = 30) List<@DoubleRange(max = 1) Double> pValues) {
        double[] p = pValues.stream().mapToDouble(Double::doubleValue).toArray();
        double[] adjusted = Holm.adjust(p);

        for (int i = 0; i < p.length; i++) {
            assertThat(adjusted[i]).isBetween(p[i], Math.min(1, p.length * p[i]));
            for (int j = 0; j < p.length; j++) {
                assertThat(p[i] < p[j] && adjusted[i] > adjusted[j]).isFalse();
            }
        }
    }

    @Property(tries = 20)
    void multinomial_ofLargeSets_hasTheVarianceOfSamplesWithReplacement(
            @ForAll @IntRange(min = 1_000, max = 50_000) int zeros,
            @ForAll @IntRange(min = 1_000, max = 50_000) int ones) {
        Multinomial sample = new Multinomial(
                RandomSource.XO_RO_SHI_RO_128_PP.create(5L), new double[] {0, 1}, new long[] {zeros, ones});
        double[] means =
                IntStream.range(0, 4_000).mapToDouble(i -> sample.mean()).toArray();

        double share = ones / (double) (zeros + ones);
        double variance = share * (1 - share) / (zeros + ones);
        double mean = Arrays.stream(means).average().orElseThrow();
        double measured =
                Arrays.stream(means).map(each -> (each - mean) * (each - mean)).sum() / (means.length - 1);
        assertThat(mean).isCloseTo(share, within(5 * Math.sqrt(variance / means.length)));
        assertThat(measured / variance).isBetween(0.88, 1.12);
    }

    private static RowScores shuffled(RowScores row, Random random) {
        int n = row.questions().length;
        List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        Collections.shuffle(order, random);
        long[] questions = order.stream().mapToLong(i -> row.questions()[i]).toArray();
        List<float[]> columns = new ArrayList<>();
        for (float[] column : row.accuracies()) {
            float[] moved = new float[n];
            IntStream.range(0, n).forEach(i -> moved[i] = column[order.get(i)]);
            columns.add(moved);
        }
        return RowScores.sorted(questions, row.seeds(), columns);
    }

    /** Of the same questions; the same seeds or others. */
    @Provide
    Arbitrary<Tuple2<RowScores, RowScores>> pairs() {
        Arbitrary<Integer> questions = Arbitraries.integers().between(1, 300);
        Arbitrary<Integer> seeds = Arbitraries.integers().between(1, 4);
        return Combinators.combine(questions, seeds, seeds, Arbitraries.longs())
                .as((n, s, t, seed) -> Tuple.of(row(n, s, new Random(seed)), row(n, t, new Random(seed + 1))));
    }

    private static RowScores row(int questions, int seeds, Random random) {
        List<float[]> columns = new ArrayList<>();
        for (int s = 0; s < seeds; s++) {
            float[] column = new float[questions];
            for (int i = 0; i < questions; i++) {
                column[i] = LEVELS[random.nextInt(LEVELS.length)];
            }
            columns.add(column);
        }
        return new RowScores(
                LongStream.range(0, questions).toArray(),
                IntStream.range(0, seeds).mapToObj(String::valueOf).toList(),
                columns);
    }
}
