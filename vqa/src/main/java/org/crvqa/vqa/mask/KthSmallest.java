package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;

/**
 * The exact k-th smallest value of many, by radix selection: three passes that count 11, 11 and 10 bits of a key whose
 * integer order is the values' order. Needs no copy and takes the same time for any values; ties cost nothing.
 */
public final class KthSmallest {
    private static final int BLOCK = 4096;
    private static final int[] SHIFTS = {21, 10, 0};
    private static final int[] BITS = {11, 11, 10};

    private KthSmallest() {}

    /**
     * The k-th smallest value, k from 1. -0 comes before +0, and NaN after all numbers.
     *
     * @throws IllegalArgumentException when k is not in 1..capacity
     */
    public static float of(FloatBuffer values, int k) {
        int key = select(values, k, false);
        return Float.intBitsToFloat(key < 0 ? key ^ Integer.MIN_VALUE : ~key);
    }

    /** The k-th smallest absolute value, k from 1. */
    public static float ofMagnitudes(FloatBuffer values, int k) {
        return Float.intBitsToFloat(select(values, k, true) ^ Integer.MIN_VALUE);
    }

    /** The key, in unsigned order, of the k-th smallest. */
    private static int select(FloatBuffer values, int k, boolean magnitude) {
        if (k < 1 || k > values.capacity()) {
            throw new IllegalArgumentException("k is " + k + " of " + values.capacity() + " values");
        }
        float[] block = new float[BLOCK];
        int rank = k;
        int found = 0;
        int foundMask = 0;
        for (int pass = 0; pass < SHIFTS.length; pass++) {
            int[] counts = count(values, block, magnitude, found, foundMask, pass);
            int bucket = 0;
            while (rank > counts[bucket]) {
                rank -= counts[bucket];
                bucket++;
            }
            found |= bucket << SHIFTS[pass];
            foundMask |= (counts.length - 1) << SHIFTS[pass];
        }
        return found;
    }

    /** How many keys that agree with {@code found} where {@code foundMask} is set have each next digit. */
    private static int[] count(
            FloatBuffer values, float[] block, boolean magnitude, int found, int foundMask, int pass) {
        int[] counts = new int[1 << BITS[pass]];
        int shift = SHIFTS[pass];
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
        return counts;
    }

    /** Unsigned order of keys is the order of values: sign bit flipped for positive, all bits for negative ones. */
    private static int key(float value, boolean magnitude) {
        int bits = Float.floatToRawIntBits(value);
        if (magnitude) {
            return bits | Integer.MIN_VALUE;
        }
        return bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE;
    }
}
