package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.crvqa.vqa.optim.Block;
import org.crvqa.vqa.optim.StateFields;

/**
 * M ~ Bernoulli(sigmoid(m)), drawn for every step from (seed, step, tensor). A draw is no result, so what is evaluated
 * and saved is the likeliest mask of the wanted sparsity: settling drops exactly the k smallest m, ties by index, or
 * those of each group.
 */
final class BernoulliRule implements MaskRule {
    private final long seed;
    private final String name;
    private final Optional<NmGroups> groups;
    private byte[] kept;

    /** {@code kept}: the mask before the first draw; not copied. */
    BernoulliRule(long seed, String name, Optional<NmGroups> groups, byte[] kept) {
        this.seed = seed;
        this.name = name;
        this.groups = groups;
        this.kept = kept;
    }

    /** 1 / (1 + exp(-m)), the same on every machine. */
    static double sigmoid(double m) {
        return 1 / (1 + StrictMath.exp(-m));
    }

    @Override
    public void mask(float[] values, int from, int n, float[] weights) {
        HeldMask.apply(kept, from, n, weights);
    }

    @Override
    public boolean draws() {
        return true;
    }

    @Override
    public void draw(FloatBuffer values, int step) {
        MaskRandom random = new MaskRandom(seed, step, "bernoulli", name);
        float[] block = new float[Block.SIZE];
        for (int from = 0; from < kept.length; from += block.length) {
            int n = Math.min(block.length, kept.length - from);
            values.get(from, block, 0, n);
            for (int i = 0; i < n; i++) {
                kept[from + i] = (byte) (random.at(from + i) < sigmoid(block[i]) ? 1 : 0);
            }
        }
    }

    @Override
    public void settle(FloatBuffer values, int zeros) {
        if (groups.isPresent()) {
            kept = groups.get().kept(values, false);
            return;
        }
        Cut cut = Cut.of(values, zeros);
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) (cut.keeps(values.get(i), i) ? 1 : 0);
        }
    }

    @Override
    public void state(String tensor, StateFields fields) {
        fields.bytes(tensor + ":kept", kept);
    }
}
