package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * The exact k-th smallest value of many, by radix selection: three passes that count 11, 11 and 10 bits of a key whose
 * integer order is the values' order. Needs no copy, takes the same time for any values, and may go over several tensors
 * as over one.
 */
public final class KthSmallest {
    private static final int BLOCK = 4096;
    private static final int[] SHIFTS = {21, 10, 0};
    private static final int[] BITS = {11, 11, 10};

    private KthSmallest() {}

    /**
     * What was found.
     *
     * @param value the k-th smallest; 0 is never -0
     * @param ties how many of the k smallest equal it, at least 1
     * @param equal how many of all values equal it, at least {@code ties}
     */
    record Found(float value, long ties, long equal) {}

    /**
     * The k-th smallest value, k from 1. -0 equals 0, and NaN comes after all numbers.
     *
     * @throws IllegalArgumentException when k is not in 1..capacity
     */
    public static float of(FloatBuffer values, int k) {
        return find(values, k).value();
    }

    /** The k-th smallest absolute value, k from 1. */
    public static float ofMagnitudes(FloatBuffer values, int k) {
        return findMagnitude(List.of(() -> values), k).value();
    }

    static Found find(FloatBuffer values, int k) {
        return select(List.of(() -> values), k, false);
    }

    /**
     * The k-th smallest absolute value of all tensors together. Each is asked for anew in every pass, so that no more than
     * one need be in memory.
     */
    static Found findMagnitude(List<Supplier<FloatBuffer>> tensors, long k) {
        return select(tensors, k, true);
    }

    private static Found select(List<Supplier<FloatBuffer>> tensors, long k, boolean magnitude) {
        long size =
                tensors.stream().mapToLong(values -> values.get().capacity()).sum();
        if (k < 1 || k > size) {
            throw new IllegalArgumentException("k is " + k + " of " + size + " values");
        }
        float[] block = new float[BLOCK];
        long rank = k;
        long equal = 0;
        int found = 0;
        int foundMask = 0;
        for (int pass = 0; pass < SHIFTS.length; pass++) {
            long[] counts = new long[1 << BITS[pass]];
            for (Supplier<FloatBuffer> values : tensors) {
                count(values.get(), block, magnitude, found, foundMask, SHIFTS[pass], counts);
            }
            int bucket = 0;
            while (rank > counts[bucket]) {
                rank -= counts[bucket];
                bucket++;
            }
            equal = counts[bucket];
            found |= bucket << SHIFTS[pass];
            foundMask |= (counts.length - 1) << SHIFTS[pass];
        }
        int bits = magnitude || found < 0 ? found ^ Integer.MIN_VALUE : ~found;
        return new Found(Float.intBitsToFloat(bits), rank, equal);
    }

    /** Adds how many keys that agree with {@code found} where {@code foundMask} is set have each next digit. */
    private static void count(
            FloatBuffer values, float[] block, boolean magnitude, int found, int foundMask, int shift, long[] counts) {
        int digit = counts.length - 1;
        for (int from = 0; from < values.capacity(); from += BLOCK) {
            int n = Math.min(BLOCK, values.capacity() - from);
            values.get(from, block, 0, n);
            for (int i = 0; i < n; i++) {
                int key = key(block[i], magnitude);
                if ((key & foundMask) == found) {
                    counts[(key >>> shift) & digit]++;
                }
            }
        }
    }

    /** Unsigned order of keys is the order of values: sign bit flipped for positive, all bits for negative ones. */
    private static int key(float value, boolean magnitude) {
        // Adding 0 turns -0 into 0.
        int bits = Float.floatToRawIntBits(value + 0f);
        if (magnitude) {
            return bits | Integer.MIN_VALUE;
        }
        // Without a branch, which for values around 0 would be guessed wrong half of the time: five times as fast.
        return bits ^ ((bits >> 31) | Integer.MIN_VALUE);
    }
}
