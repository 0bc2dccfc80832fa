package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;

/** The mask that keeps the weights of greatest magnitude of one tensor. */
public final class MagnitudeMask {
    private MagnitudeMask() {}

    /**
     * Which weights stay: 0 for the k smallest |w| of the tensor, k as {@link SparsityRates#zeros} says, else 1.
     * Exactly k are 0: among equal magnitudes those with the smallest index go first.
     */
    public static byte[] of(FloatBuffer weights, double sparsity) {
        return dropping(weights, SparsityRates.zeros(weights.capacity(), sparsity));
    }

    /** As above, for a given number of zeros in 0..capacity. */
    public static byte[] dropping(FloatBuffer weights, int zeros) {
        Cut cut = Cut.ofMagnitudes(weights, zeros);
        byte[] kept = new byte[weights.capacity()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) (cut.keeps(Math.abs(weights.get(i)), i) ? 1 : 0);
        }
        return kept;
    }

    /** Sets to 0 every weight that does not stay. */
    public static void apply(byte[] kept, FloatBuffer weights) {
        if (kept.length != weights.capacity()) {
            throw new IllegalArgumentException("mask of " + kept.length + " for " + weights.capacity() + " weights");
        }
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] == 0) {
                weights.put(i, 0f);
            }
        }
    }
}
