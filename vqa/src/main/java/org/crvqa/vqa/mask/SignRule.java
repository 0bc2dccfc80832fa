package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;

/**
 * M = (sign(m) + 1) / 2 with sign(0) = -1, m clamped to [-1, 1]; no gradient where |m| has reached 1, as torch's
 * hardtanh. How many zeros there are is up to training: settling changes nothing.
 */
final class SignRule implements MaskRule {
    @Override
    public void mask(float[] values, int from, int n, float[] weights) {
        for (int i = 0; i < n; i++) {
            weights[i] = values[i] > 0 ? weights[i] : 0f;
        }
    }

    @Override
    public void settle(FloatBuffer values, int zeros) {
        // The sparsity is not controlled.
    }

    @Override
    public boolean limits() {
        return true;
    }

    @Override
    public void limitGradient(float[] values, float[] gradient, int n) {
        for (int i = 0; i < n; i++) {
            gradient[i] = Math.abs(values[i]) < 1 ? gradient[i] : 0f;
        }
    }

    @Override
    public void limitValues(float[] values, int n) {
        for (int i = 0; i < n; i++) {
            values[i] = Math.max(-1f, Math.min(1f, values[i]));
        }
    }
}
