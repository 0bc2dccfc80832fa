package org.crvqa.study.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * McNemar's exact test: of the questions that one of two rows answered right and the other wrong, are as many on one side
 * as on the other?
 *
 * @param gained questions that the first row has right and the second wrong
 * @param lost the other way round
 * @param p two-sided, of the binomial distribution
 */
public record McNemar(int gained, int lost, double p) {
    /**
     * On the questions' means over the seeds: right is what is at least {@link RowScores#RIGHT}. A question counts once,
     * however many seeds answered it, since answers of several seeds to one question are not independent.
     *
     * @throws IllegalArgumentException when the rows answered other questions
     */
    public static McNemar of(RowScores a, RowScores b) {
        check(a, b);
        int gained = 0;
        int lost = 0;
        for (int question = 0; question < a.questions().length; question++) {
            boolean right = isRight(a.mean(question));
            boolean other = isRight(b.mean(question));
            gained += right && !other ? 1 : 0;
            lost += !right && other ? 1 : 0;
        }
        return of(gained, lost);
    }

    /** The same of one seed of each row, by their places. */
    public static McNemar ofSeeds(RowScores a, int seedOfA, RowScores b, int seedOfB) {
        return of(only(a, seedOfA), only(b, seedOfB));
    }

    /** From the counts. */
    public static McNemar of(int gained, int lost) {
        int all = gained + lost;
        // Commons' own BinomialTest compares probabilities of both sides, and rounding makes equal ones differ.
        double side = BinomialDistribution.of(all, 0.5).cumulativeProbability(Math.min(gained, lost));
        return new McNemar(gained, lost, Math.min(1, 2 * side));
    }

    private static RowScores only(RowScores row, int seed) {
        return new RowScores(
                row.questions(),
                row.seeds().subList(seed, seed + 1),
                row.accuracies().subList(seed, seed + 1));
    }

    private static boolean isRight(double accuracy) {
        // A mean of floats may lie a rounding below one half.
        return accuracy >= RowScores.RIGHT - 1e-6;
    }

    private static void check(RowScores a, RowScores b) {
        if (!a.sameQuestions(b)) {
            throw new IllegalArgumentException("The rows answered other questions");
        }
    }
}
