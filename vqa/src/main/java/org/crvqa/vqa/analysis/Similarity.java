package org.crvqa.vqa.analysis;

import java.util.Collection;

/**
 * How alike two masks are: |M1∧M2| / |M1∨M2| with M the weights that stay, in [0, 1].
 *
 * @param observed of the two masks
 * @param byChance what two independent random masks that keep as many weights are expected to have: with the kept
 *     fractions d1 and d2, d1·d2 / (d1 + d2 − d1·d2). It is the ratio of the expected counts, which the expected ratio
 *     approaches as matrices grow
 */
public record Similarity(double observed, double byChance) {
    /**
     * Of one matrix from counts. Two masks that keep nothing are equal: 1 for both numbers.
     *
     * @param weights of the matrix, at least 1
     * @param first weights that the first mask keeps
     * @param second weights that the second mask keeps
     * @param shared weights that both keep
     */
    static Similarity of(long weights, long first, long second, long shared) {
        long either = first + second - shared;
        if (either == 0) {
            return new Similarity(1, 1);
        }
        double d1 = (double) first / weights;
        double d2 = (double) second / weights;
        return new Similarity((double) shared / either, d1 * d2 / (d1 + d2 - d1 * d2));
    }

    /** The mean of both numbers. @throws IllegalArgumentException when there is nothing to average */
    public static Similarity mean(Collection<Similarity> similarities) {
        if (similarities.isEmpty()) {
            throw new IllegalArgumentException("Nothing to average");
        }
        double observed = 0;
        double byChance = 0;
        for (Similarity similarity : similarities) {
            observed += similarity.observed;
            byChance += similarity.byChance;
        }
        return new Similarity(observed / similarities.size(), byChance / similarities.size());
    }
}
