package org.crvqa.study.statistics;

/**
 * A mean, or the difference of two, with what resampling says of it.
 *
 * @param value as measured
 * @param low lower end of the 95 % percentile interval
 * @param high upper end
 * @param p two-sided bootstrap p-value of the hypothesis that the value is 0
 */
public record Estimate(double value, double low, double high, double p) {
    /** What share of resamples lies in the interval. */
    public static final double LEVEL = 0.95;

    /** Of the difference the other way round. */
    Estimate negated() {
        // Not -0.0, which prints as such.
        return new Estimate(0.0 - value, 0.0 - high, 0.0 - low, p);
    }
}
