package org.crvqa.vqa.mask;

/** Applies a mask that is stored as such. */
final class HeldMask {
    private HeldMask() {}

    /** Sets to 0 the first n weights, of which the first has index {@code from}, that do not stay. */
    static void apply(byte[] kept, int from, int n, float[] weights) {
        for (int i = 0; i < n; i++) {
            weights[i] = kept[from + i] != 0 ? weights[i] : 0f;
        }
    }
}
