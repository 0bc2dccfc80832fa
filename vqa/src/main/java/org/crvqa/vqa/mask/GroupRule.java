package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import org.crvqa.vqa.optim.StateFields;

/**
 * Of every group of neighbours those with the greatest m stay, chosen when the mask settles and held until it settles
 * again: the counterpart of thresholds, each group having its own.
 */
final class GroupRule implements MaskRule {
    private final NmGroups groups;
    private byte[] kept;

    /** {@code kept}: the mask to start with; not copied. */
    GroupRule(NmGroups groups, byte[] kept) {
        this.groups = groups;
        this.kept = kept;
    }

    @Override
    public void mask(float[] values, int from, int n, float[] weights) {
        HeldMask.apply(kept, from, n, weights);
    }

    @Override
    public void settle(FloatBuffer values, int zeros) {
        kept = groups.kept(values, false);
    }

    @Override
    public void state(String name, StateFields fields) {
        fields.bytes(name + ":kept", kept);
    }
}
