package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.crvqa.vqa.optim.AdamStep;
import org.crvqa.vqa.optim.Block;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TensorMemory;

/**
 * A frozen weight tensor W with a trained mask: real values m, from which a {@link MaskRule} makes the binary mask M, and
 * the effective weight W' = W M, which is what the forward pass uses and what gradients are taken for.
 *
 * <p>Straight-through: dL/dm := dL/dM = dL/dW' W. That product needs no automatic differentiation of the mask, so norm,
 * Adam on m and the new W' are made in one pass over memory. In main memory only.
 */
public final class MaskedWeight implements Masked {
    /** Fills m, which is 0, and says how it becomes a mask. */
    @FunctionalInterface
    interface Start {
        MaskRule fill(FloatBuffer weights, FloatBuffer values);
    }

    private final MaskTarget target;
    private final FloatBuffer weight;
    private final NDArray effectiveTensor;
    private final FloatBuffer effective;
    private final FloatBuffer mask;
    private final FloatBuffer mean;
    private final FloatBuffer meanSquare;
    private final MaskRule rule;
    private final Block block = new Block();
    private final float[] weightBlock = new float[Block.SIZE];

    /**
     * @param weight W; the caller closes it, after this; never changed here
     * @param manager owns the effective weight, the mask and its moments (four times the size of W)
     */
    MaskedWeight(MaskTarget target, NDArray weight, Start start, NDManager manager) {
        this.target = target;
        this.weight = TensorMemory.floats(weight);
        this.effectiveTensor = manager.zeros(weight.getShape());
        this.effective = TensorMemory.floats(effectiveTensor);
        this.mask = TensorMemory.floats(manager.zeros(weight.getShape()));
        this.mean = TensorMemory.floats(manager.zeros(weight.getShape()));
        this.meanSquare = TensorMemory.floats(manager.zeros(weight.getShape()));
        this.rule = start.fill(this.weight, mask);
        refreshEffective();
    }

    @Override
    public String name() {
        return target.name();
    }

    /** The effective weight W'. */
    @Override
    public NDArray tensor() {
        return effectiveTensor;
    }

    @Override
    public double squaredNorm(NDArray gradient) {
        FloatBuffer source = TensorMemory.floats(gradient);
        double sum = 0;
        for (int from = 0; from < weight.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, weight.capacity() - from);
            if (rule.limits()) {
                mask.get(from, block.values, 0, n);
            }
            maskGradient(source, from, n);
            sum += Block.squaredNorm(block.gradient, n);
        }
        return sum;
    }

    @Override
    public void update(NDArray gradient, AdamStep step) {
        FloatBuffer source = TensorMemory.floats(gradient);
        for (int from = 0; from < weight.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, weight.capacity() - from);
            mask.get(from, block.values, 0, n);
            maskGradient(source, from, n);
            mean.get(from, block.mean, 0, n);
            meanSquare.get(from, block.meanSquare, 0, n);
            step.apply(block.values, block.gradient, block.mean, block.meanSquare, n);
            rule.limitValues(block.values, n);
            mask.put(from, block.values, 0, n);
            mean.put(from, block.mean, 0, n);
            meanSquare.put(from, block.meanSquare, 0, n);
            putEffective(from, n);
        }
    }

    @Override
    public void state(StateFields fields) {
        fields.floats(name() + ":mask", mask);
        fields.floats(name() + ":mask_mean", mean);
        fields.floats(name() + ":mask_mean_square", meanSquare);
        rule.state(name(), fields);
        if (fields.restores()) {
            refreshEffective();
        }
    }

    /** Gives the mask the exact number of zeros that the target has after so many steps. */
    @Override
    public void settle(int stepsDone) {
        rule.settle(mask, target.zerosAt(stepsDone));
        refreshEffective();
    }

    @Override
    public void stepBegins(int step) {
        if (rule.draws()) {
            rule.draw(mask, step);
            refreshEffective();
        }
    }

    /** How m becomes the mask, as it is now. */
    public MaskRule rule() {
        return rule;
    }

    /** The real mask values m; after writing, {@link #refreshEffective}. */
    FloatBuffer values() {
        return mask;
    }

    @Override
    public byte[] kept() {
        byte[] kept = new byte[weight.capacity()];
        for (int from = 0; from < kept.length; from += Block.SIZE) {
            int n = Math.min(Block.SIZE, kept.length - from);
            binary(from, n);
            for (int i = 0; i < n; i++) {
                kept[from + i] = (byte) weightBlock[i];
            }
        }
        return kept;
    }

    /** Multiplies a tensor of W's shape by M. */
    void mask(FloatBuffer values) {
        for (int from = 0; from < weight.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, weight.capacity() - from);
            mask.get(from, block.values, 0, n);
            values.get(from, weightBlock, 0, n);
            rule.mask(block.values, from, n, weightBlock);
            values.put(from, weightBlock, 0, n);
        }
    }

    /** Makes W' anew, after W, m or M changed. */
    void refreshEffective() {
        for (int from = 0; from < weight.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, weight.capacity() - from);
            mask.get(from, block.values, 0, n);
            weight.get(from, weightBlock, 0, n);
            putEffective(from, n);
        }
    }

    /** weightBlock = M. */
    private void binary(int from, int n) {
        mask.get(from, block.values, 0, n);
        Arrays.fill(weightBlock, 0, n, 1f);
        rule.mask(block.values, from, n, weightBlock);
    }

    /** block.gradient = dL/dm, given block.values = m where m has limits; leaves W in weightBlock. */
    private void maskGradient(FloatBuffer source, int from, int n) {
        source.get(from, block.gradient, 0, n);
        weight.get(from, weightBlock, 0, n);
        for (int i = 0; i < n; i++) {
            block.gradient[i] *= weightBlock[i];
        }
        rule.limitGradient(block.values, block.gradient, n);
    }

    /** Writes W' from block.values = m and weightBlock = W. */
    private void putEffective(int from, int n) {
        rule.mask(block.values, from, n, weightBlock);
        effective.put(from, weightBlock, 0, n);
    }
}
