package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;

/** The mask that keeps the weights of greatest magnitude of one matrix. */
public final class MagnitudeMask {
    private MagnitudeMask() {}

    /**
     * Which weights stay: 1 where |w| exceeds the k-th smallest |w| of the matrix, k = max(1, floor(n sparsity)), else 0.
     * Weights as large as the k-th go too, so with ties more than k may be zero.
     */
    public static byte[] of(FloatBuffer weights, double sparsity) {
        int n = weights.capacity();
        float limit = KthSmallest.ofMagnitudes(weights, SparsityRates.zeros(n, sparsity));
        byte[] kept = new byte[n];
        for (int i = 0; i < n; i++) {
            kept[i] = (byte) (Math.abs(weights.get(i)) > limit ? 1 : 0);
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
