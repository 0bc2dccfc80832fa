package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import org.crvqa.task.v1.MaskInitialisation;

/** The real values m with which a trained mask starts, given its first binary mask. */
final class FirstValues {
    /** m of a weight that stays; the others' is 0. */
    static final float KEPT_VALUE = 0.02f;

    static final float THRESHOLD = 0.01f;

    private FirstValues() {}

    /**
     * Fills m: 0.02 or 0; for DOUBLE_UNIFORM U(1.1 t, 1.5 t) or U(0.5 t, 0.9 t); for MAGNITUDE_SOFT |w|.
     *
     * @param random draws of DOUBLE_UNIFORM
     * @return the cut that gives the first mask: t = 0.01, or for MAGNITUDE_SOFT the k-th smallest |w|
     */
    static Cut fill(
            MaskInitialisation initialisation,
            FloatBuffer weights,
            byte[] kept,
            int zeros,
            MaskRandom random,
            FloatBuffer values) {
        for (int i = 0; i < kept.length; i++) {
            values.put(
                    i,
                    switch (initialisation) {
                        case MASK_INITIALISATION_MAGNITUDE_SOFT -> Math.abs(weights.get(i));
                        case MASK_INITIALISATION_DOUBLE_UNIFORM ->
                            (float) (((kept[i] == 1 ? 1.1 : 0.5) + 0.4 * random.at(i)) * THRESHOLD);
                        default -> kept[i] == 1 ? KEPT_VALUE : 0f;
                    });
        }
        return initialisation == MaskInitialisation.MASK_INITIALISATION_MAGNITUDE_SOFT
                ? Cut.of(values, zeros)
                : Cut.above(THRESHOLD);
    }

    /** For SIGN: moves the threshold to 0, so that m is above 0 where the first mask is 1 and nowhere else. */
    static void aroundZero(FloatBuffer values, byte[] kept, float threshold) {
        for (int i = 0; i < kept.length; i++) {
            float m = values.get(i) - threshold;
            values.put(i, kept[i] == 1 ? Math.max(m, Float.MIN_NORMAL) : Math.min(m, 0f));
        }
    }

    /**
     * For BERNOULLI: moves the threshold to logit(p), p the fraction that stays, so that a draw has about the wanted
     * sparsity. With m as they come every draw would drop about half, whatever the rate.
     */
    static void aroundLogit(FloatBuffer values, float threshold, int zeros) {
        int n = values.capacity();
        // A half on either side, so that no count of zeros gives an infinite logit.
        double logit = StrictMath.log((n - zeros + 0.5) / (zeros + 0.5));
        for (int i = 0; i < n; i++) {
            values.put(i, (float) (values.get(i) - threshold + logit));
        }
    }
}
