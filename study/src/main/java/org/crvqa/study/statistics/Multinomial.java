package org.crvqa.study.statistics;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AliasMethodDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.PoissonSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;

/**
 * Means of samples with replacement from a set in which few values occur often: as many draws as the set has members, at
 * a cost of about its distinct values and the square root of its size.
 *
 * <p>The counts of the values are multinomial. Independent Poisson counts, given their sum, are as well; so they are drawn
 * with a sum that is expected to lie a little below the size, and what lacks is drawn one by one. Samples whose sum is
 * above the size are drawn anew, which changes nothing, since the sum says nothing of how it is made up.
 */
final class Multinomial {
    /** Below this many draws one by one costs less. */
    private static final int FEW = 200;

    /** By how many standard deviations of its sum the Poisson part aims below the size. */
    private static final double MARGIN = 4;

    private final double[] values;
    private final long size;
    private final SharedStateDiscreteSampler single;
    private final SharedStateDiscreteSampler[] many;

    /** @param values distinct @param counts how often each occurs, at least once */
    Multinomial(UniformRandomProvider random, double[] values, long[] counts) {
        this.values = values;
        this.size = Arrays.stream(counts).sum();
        double[] weights = Arrays.stream(counts).asDoubleStream().toArray();
        this.single = AliasMethodDiscreteSampler.of(random, weights);
        double aim = size < FEW ? 0 : size - MARGIN * Math.sqrt(size);
        this.many = new SharedStateDiscreteSampler[aim > 0 ? values.length : 0];
        for (int i = 0; i < many.length; i++) {
            many[i] = PoissonSampler.of(random, aim * counts[i] / size);
        }
    }

    /** The mean of one sample. */
    double mean() {
        if (values.length == 1) {
            return values[0];
        }
        long drawn;
        double sum;
        do {
            drawn = 0;
            sum = 0;
            for (int i = 0; i < many.length; i++) {
                int count = many[i].sample();
                drawn += count;
                sum += count * values[i];
            }
        } while (drawn > size);
        for (; drawn < size; drawn++) {
            sum += values[single.sample()];
        }
        return sum / size;
    }
}
