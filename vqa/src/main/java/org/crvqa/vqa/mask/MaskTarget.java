package org.crvqa.vqa.mask;

import java.util.OptionalInt;

/**
 * A tensor that a mask prunes.
 *
 * @param name of the tensor
 * @param size number of its values
 * @param width number of neighbours along its input: columns of a matrix, all values of a bias
 * @param rate fraction of zeros of the result, in [0, 1)
 * @param ramp how the rate is reached
 * @param leastZeros at any rate: 0; or 1, as in the original, where a rate of 0 makes a zero too
 * @param fixedZeros a count of zeros that holds instead of rate and ramp
 */
public record MaskTarget(
        String name, int size, int width, double rate, SparsityRamp ramp, int leastZeros, OptionalInt fixedZeros) {
    /** A tensor that keeps its rate from the first step on. */
    public static MaskTarget constant(String name, long[] shape, double rate) {
        return of(name, shape, rate, SparsityRamp.CONSTANT, 0);
    }

    static MaskTarget of(String name, long[] shape, double rate, SparsityRamp ramp, int leastZeros) {
        long size = 1;
        for (long extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        int width = Math.toIntExact(shape[shape.length - 1]);
        return new MaskTarget(name, Math.toIntExact(size), width, rate, ramp, leastZeros, OptionalInt.empty());
    }

    /** Number of zeros after so many steps. */
    public int zerosAt(int step) {
        return fixedZeros.orElseGet(() -> Math.max(leastZeros, SparsityRates.zeros(size, rateAt(step))));
    }

    /** Fraction of zeros after so many steps. */
    double rateAt(int step) {
        return ramp.at(rate, step);
    }

    /** The same tensor with a count of zeros that stays. */
    MaskTarget withZeros(int zeros) {
        return new MaskTarget(name, size, width, rate, ramp, leastZeros, OptionalInt.of(zeros));
    }

    /** The same tensor at another rate, without a fixed count. */
    public MaskTarget withRate(double other) {
        return new MaskTarget(name, size, width, other, ramp, leastZeros, OptionalInt.empty());
    }
}
