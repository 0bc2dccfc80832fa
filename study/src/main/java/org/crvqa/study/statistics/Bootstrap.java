package org.crvqa.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;

/**
 * Percentile bootstrap over seeds and questions: each resample draws as many seeds and, independently of them, as many
 * questions as there are, with replacement, and takes the mean over both (the pigeonhole bootstrap of Owen, 2007, for
 * crossed factors). Where two rows share questions, or seeds too, both get the same draws of them. The same input gives the
 * same numbers on every machine.
 */
public final class Bootstrap {
    /** How many resamples a report takes. */
    public static final int RESAMPLES = 2_000;

    /** The seed of the random numbers that a report takes. */
    public static final long SEED = 221_014_558L;

    private static final double HALF_OUTSIDE = (1 - Estimate.LEVEL) / 2;

    private final int resamples;
    private final long seed;

    /** As reports take it. */
    public Bootstrap() {
        this(RESAMPLES, SEED);
    }

    /** With another number of resamples, or other random numbers. */
    public Bootstrap(int resamples, long seed) {
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples = " + resamples);
        }
        this.resamples = resamples;
        this.seed = seed;
    }

    /** Of the mean accuracy of a row. */
    public Estimate mean(RowScores row) {
        return estimate(row.mean(), resample(columns(row, 1), row.seeds().size(), 0, random()));
    }

    /**
     * Of the mean accuracy of {@code a} less that of {@code b}. Swapping the two changes the sign of the numbers and nothing
     * else.
     */
    public Estimate difference(RowScores a, RowScores b) {
        double difference = a.mean() - b.mean();
        return turned(a, b, difference) ? oriented(b, a, b.mean() - a.mean()).negated() : oriented(a, b, difference);
    }

    /** Decides which row comes first, so that both orders take the same draws. */
    private static boolean turned(RowScores a, RowScores b, double difference) {
        if (difference != 0 || !a.sameQuestions(b)) {
            return difference < 0;
        }
        for (int question = 0; question < a.questions().length; question++) {
            double here = a.mean(question) - b.mean(question);
            if (here != 0) {
                return here < 0;
            }
        }
        return false;
    }

    private Estimate oriented(RowScores a, RowScores b, double difference) {
        UniformRandomProvider random = random();
        if (!a.sameQuestions(b)) {
            double[] first = resample(columns(a, 1), a.seeds().size(), 0, random);
            double[] second = resample(columns(b, 1), b.seeds().size(), 0, random);
            Arrays.setAll(first, i -> first[i] - second[i]);
            return estimate(difference, first);
        }
        if (!a.sameSeeds(b)) {
            List<double[]> both = columns(a, 1);
            both.addAll(columns(b, -1));
            return estimate(
                    difference, resample(both, a.seeds().size(), b.seeds().size(), random));
        }
        List<double[]> differences = columns(a, 1);
        List<double[]> other = columns(b, 1);
        for (int s = 0; s < differences.size(); s++) {
            double[] mine = differences.get(s);
            double[] theirs = other.get(s);
            Arrays.setAll(mine, i -> mine[i] - theirs[i]);
        }
        return estimate(difference, resample(differences, a.seeds().size(), 0, random));
    }

    private UniformRandomProvider random() {
        return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    }

    private static List<double[]> columns(RowScores row, int sign) {
        List<double[]> columns = new ArrayList<>();
        for (float[] accuracies : row.accuracies()) {
            double[] column = new double[accuracies.length];
            Arrays.setAll(column, i -> sign * (double) accuracies[i]);
            columns.add(column);
        }
        return columns;
    }

    /**
     * The resampled means. The seeds are drawn first: resamples that drew the same seeds share one set of values to draw
     * questions from, of which there are few.
     *
     * @param first how many of the columns are seeds that are drawn together
     * @param second how many behind them are another row's, drawn by themselves
     */
    private double[] resample(List<double[]> columns, int first, int second, UniformRandomProvider random) {
        Tuples tuples = new Tuples(columns);
        Map<List<Integer>, Integer> draws = new LinkedHashMap<>();
        for (int i = 0; i < resamples; i++) {
            Integer[] counts = new Integer[first + second];
            Arrays.fill(counts, 0);
            for (int s = 0; s < first; s++) {
                counts[random.nextInt(first)]++;
            }
            for (int s = 0; s < second; s++) {
                counts[first + random.nextInt(second)]++;
            }
            draws.merge(List.of(counts), 1, Integer::sum);
        }
        double[] means = new double[resamples];
        int next = 0;
        for (Map.Entry<List<Integer>, Integer> draw : draws.entrySet()) {
            // Means of the two rows under one denominator.
            int others = Math.max(1, second);
            int[] weights = new int[first + second];
            for (int s = 0; s < weights.length; s++) {
                weights[s] = draw.getKey().get(s) * (s < first ? others : first);
            }
            Multinomial questions = tuples.weighted(weights, first * others, random);
            for (int i = 0; i < draw.getValue(); i++) {
                means[next++] = questions.mean();
            }
        }
        return means;
    }

    private static Estimate estimate(double value, double[] means) {
        // HF7, as numpy and R take it.
        double[] ends = Quantile.withDefaults()
                .with(EstimationMethod.HF7)
                .evaluate(means.clone(), HALF_OUTSIDE, 1 - HALF_OUTSIDE);
        long below = Arrays.stream(means).filter(mean -> mean <= 0).count();
        long above = Arrays.stream(means).filter(mean -> mean >= 0).count();
        // With the measured value as one more resample: p is never 0, and as small as the resamples can tell.
        double p = Math.min(1, 2.0 * (Math.min(below, above) + 1) / (means.length + 1));
        return new Estimate(value, ends[0], ends[1], p);
    }
}
