package org.crvqa.vqa.analysis;

import java.util.Arrays;

/**
 * How numbers are distributed: the least, those below which 5, 25, 50, 75 and 95 % of them lie, the largest, and the mean.
 */
public record Quantiles(
        double min, double p5, double p25, double median, double p75, double p95, double max, double mean) {
    /** Of some numbers, at least one; sorts them. */
    static Quantiles of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("There are no numbers");
        }
        Arrays.sort(values);
        return new Quantiles(
                values[0],
                at(values, .05),
                at(values, .25),
                at(values, .5),
                at(values, .75),
                at(values, .95),
                values[values.length - 1],
                Arrays.stream(values).average().orElseThrow());
    }

    /** Between neighbours in proportion, as NumPy's quantile does it. */
    private static double at(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        double above = sorted[Math.min(below + 1, sorted.length - 1)];
        return sorted[below] + (place - below) * (above - sorted[below]);
    }
}
