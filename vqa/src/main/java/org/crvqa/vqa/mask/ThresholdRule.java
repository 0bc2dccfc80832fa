package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import org.crvqa.vqa.optim.StateFields;

/**
 * M = [m &gt; t]. Settling sets t to the k-th smallest m; of values that equal it, those with the smallest index are
 * zeros, so that k are zeros exactly, and stay zeros as long as they keep that value. In between the number of zeros
 * floats.
 */
public final class ThresholdRule implements MaskRule {
    private Cut cut;

    ThresholdRule(Cut cut) {
        this.cut = cut;
    }

    /** Where values and zeros part now. */
    public Cut cut() {
        return cut;
    }

    @Override
    public void mask(float[] values, int from, int n, float[] weights) {
        float threshold = cut.value();
        int zeroTies = (int) Math.max(0, Math.min(n, cut.lastIndex() + 1L - from));
        for (int i = 0; i < zeroTies; i++) {
            weights[i] = values[i] > threshold ? weights[i] : 0f;
        }
        for (int i = zeroTies; i < n; i++) {
            weights[i] = values[i] >= threshold ? weights[i] : 0f;
        }
    }

    @Override
    public void settle(FloatBuffer values, int zeros) {
        cut = Cut.of(values, zeros);
    }

    @Override
    public void state(String name, StateFields fields) {
        cut = new Cut((float) fields.real(name + ":cut", cut.value()), (int)
                fields.number(name + ":cut_last_index", cut.lastIndex()));
    }
}
