package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import org.crvqa.vqa.optim.AdamStep;
import org.crvqa.vqa.optim.Block;
import org.crvqa.vqa.optim.TensorMemory;
import org.crvqa.vqa.optim.Trainable;

/**
 * A frozen weight matrix W with a trained mask: real values m, threshold t, binary mask M = [m &gt; t], effective weight
 * W' = W M, which is what the forward pass uses and what gradients are taken for.
 *
 * <p>Straight-through: dL/dm := dL/dM = dL/dW' W. That product needs no automatic differentiation of the mask, so norm,
 * Adam on m and the new W' are made in one pass over memory. In main memory only.
 */
public final class MaskedWeight implements Trainable {
    /** Initial mask value of a weight that stays; others start at 0. */
    static final float KEPT_VALUE = 0.02f;

    static final float INITIAL_THRESHOLD = 0.01f;

    private final String name;
    private final FloatBuffer weight;
    private final NDArray effectiveTensor;
    private final FloatBuffer effective;
    private final FloatBuffer mask;
    private final FloatBuffer mean;
    private final FloatBuffer meanSquare;
    private final int zeros;
    private final Block block = new Block();
    private final float[] weightBlock = new float[Block.SIZE];
    private Cut cut = Cut.above(INITIAL_THRESHOLD);

    /**
     * Starts from the weights' magnitudes.
     *
     * @param weight W; the caller closes it, after this; never changed
     * @param sparsity fraction of zeros, in [0, 1)
     * @param manager owns the effective weight, the mask and its moments (four times the size of W)
     */
    public MaskedWeight(String name, NDArray weight, double sparsity, NDManager manager) {
        this.name = name;
        this.weight = TensorMemory.floats(weight);
        this.effectiveTensor = manager.zeros(weight.getShape());
        this.effective = TensorMemory.floats(effectiveTensor);
        this.mask = TensorMemory.floats(manager.zeros(weight.getShape()));
        this.mean = TensorMemory.floats(manager.zeros(weight.getShape()));
        this.meanSquare = TensorMemory.floats(manager.zeros(weight.getShape()));
        this.zeros = SparsityRates.zeros(this.weight.capacity(), sparsity);
        byte[] kept = MagnitudeMask.of(this.weight, sparsity);
        for (int i = 0; i < kept.length; i++) {
            mask.put(i, kept[i] == 1 ? KEPT_VALUE : 0f);
        }
        refreshEffective();
    }

    @Override
    public String name() {
        return name;
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
            maskGradient(source, from, n);
            mask.get(from, block.values, 0, n);
            mean.get(from, block.mean, 0, n);
            meanSquare.get(from, block.meanSquare, 0, n);
            step.apply(block.values, block.gradient, block.mean, block.meanSquare, n);
            mask.put(from, block.values, 0, n);
            mean.put(from, block.mean, 0, n);
            meanSquare.put(from, block.meanSquare, 0, n);
            putEffective(from, n);
        }
    }

    /**
     * Sets t to the k-th smallest value of m, k = max(1, floor(n sparsity)): until the next step exactly k values are
     * zeros. Among values equal to t those with the smallest index are zeros, and stay so while they keep that value.
     */
    public void resetThreshold() {
        cut = Cut.of(mask, zeros);
        refreshEffective();
    }

    /** The threshold t now. */
    public float threshold() {
        return cut.value();
    }

    /** The real mask values m, for reading. */
    FloatBuffer values() {
        return mask.asReadOnlyBuffer();
    }

    /** The binary mask now, 1 where the weight stays. */
    public byte[] kept() {
        byte[] kept = new byte[weight.capacity()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) (cut.keeps(mask.get(i), i) ? 1 : 0);
        }
        return kept;
    }

    /** block.gradient = dL/dW' W; leaves W in weightBlock. */
    private void maskGradient(FloatBuffer source, int from, int n) {
        source.get(from, block.gradient, 0, n);
        weight.get(from, weightBlock, 0, n);
        for (int i = 0; i < n; i++) {
            block.gradient[i] *= weightBlock[i];
        }
    }

    /** Writes W' from block.values = m and weightBlock = W. */
    private void putEffective(int from, int n) {
        float threshold = cut.value();
        int zeroTies = (int) Math.max(0, Math.min(n, cut.lastIndex() + 1L - from));
        for (int i = 0; i < zeroTies; i++) {
            weightBlock[i] = block.values[i] > threshold ? weightBlock[i] : 0f;
        }
        for (int i = zeroTies; i < n; i++) {
            weightBlock[i] = block.values[i] >= threshold ? weightBlock[i] : 0f;
        }
        effective.put(from, weightBlock, 0, n);
    }

    private void refreshEffective() {
        for (int from = 0; from < weight.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, weight.capacity() - from);
            mask.get(from, block.values, 0, n);
            weight.get(from, weightBlock, 0, n);
            putEffective(from, n);
        }
    }
}
