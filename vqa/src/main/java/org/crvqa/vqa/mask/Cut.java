package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Divides the values of a tensor into zeros and what stays: a value stays when it is above {@code value}, or equals it at
 * an index above {@code lastIndex}. So among equal values those with the smallest index are zeros first, and any number
 * of zeros can be cut exactly.
 *
 * @param value the threshold t
 * @param lastIndex of the last value equal to t that is a zero; {@link Integer#MAX_VALUE}: all of them, as in [m &gt; t]
 */
public record Cut(float value, int lastIndex) {
    private static final int BLOCK = 4096;

    /** M = [m &gt; t]. */
    static Cut above(float value) {
        return new Cut(value, Integer.MAX_VALUE);
    }

    /** The cut below which exactly the {@code zeros} smallest values lie; {@code zeros} in 0..capacity. */
    static Cut of(FloatBuffer values, int zeros) {
        return zeros == 0 ? nothing() : of(values, false, KthSmallest.find(values, zeros));
    }

    /** As {@link #of}, of the absolute values. */
    static Cut ofMagnitudes(FloatBuffer values, int zeros) {
        return zeros == 0 ? nothing() : of(values, true, KthSmallest.findMagnitude(List.of(() -> values), zeros));
    }

    /** Whether the value at an index stays. */
    boolean keeps(float m, int index) {
        return m > value || (m == value && index > lastIndex);
    }

    private static Cut nothing() {
        return new Cut(Float.NEGATIVE_INFINITY, -1);
    }

    private static Cut of(FloatBuffer values, boolean magnitude, KthSmallest.Found found) {
        // Without ties left over, which is the usual case, one pass less, and exactly the original's [m > t] until the
        // next cut.
        return found.ties() == found.equal()
                ? above(found.value())
                : new Cut(found.value(), indexOfTie(values, magnitude, found.value(), found.ties()));
    }

    /** The index of the {@code number}-th value, from 1, that equals {@code value}. */
    private static int indexOfTie(FloatBuffer values, boolean magnitude, float value, long number) {
        float[] block = new float[BLOCK];
        long seen = 0;
        for (int from = 0; from < values.capacity(); from += block.length) {
            int n = Math.min(block.length, values.capacity() - from);
            values.get(from, block, 0, n);
            for (int i = 0; i < n; i++) {
                if ((magnitude ? Math.abs(block[i]) : block[i]) == value && ++seen == number) {
                    return from + i;
                }
            }
        }
        throw new IllegalStateException("The values changed while they were counted");
    }
}
