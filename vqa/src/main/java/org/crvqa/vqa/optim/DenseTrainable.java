package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;

/** A tensor that is trained as it is, every value of it, in main memory. */
public final class DenseTrainable implements Trainable {
    private final String name;
    private final NDArray tensor;
    private final FloatBuffer values;
    private final FloatBuffer mean;
    private final FloatBuffer meanSquare;
    private final Block block;

    /**
     * @param tensor the values; the caller closes it, after this
     * @param manager owns the moments (twice the tensor's size)
     */
    public DenseTrainable(String name, NDArray tensor, NDManager manager) {
        this.name = name;
        this.tensor = tensor;
        this.values = TensorMemory.floats(tensor);
        this.mean = TensorMemory.floats(manager.zeros(tensor.getShape()));
        this.meanSquare = TensorMemory.floats(manager.zeros(tensor.getShape()));
        this.block = new Block();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public NDArray tensor() {
        return tensor;
    }

    @Override
    public double squaredNorm(NDArray gradient) {
        FloatBuffer source = TensorMemory.floats(gradient);
        double sum = 0;
        for (int from = 0; from < values.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, values.capacity() - from);
            source.get(from, block.gradient, 0, n);
            sum += Block.squaredNorm(block.gradient, n);
        }
        return sum;
    }

    @Override
    public void update(NDArray gradient, AdamStep step) {
        FloatBuffer source = TensorMemory.floats(gradient);
        for (int from = 0; from < values.capacity(); from += Block.SIZE) {
            int n = Math.min(Block.SIZE, values.capacity() - from);
            source.get(from, block.gradient, 0, n);
            values.get(from, block.values, 0, n);
            mean.get(from, block.mean, 0, n);
            meanSquare.get(from, block.meanSquare, 0, n);
            step.apply(block.values, block.gradient, block.mean, block.meanSquare, n);
            values.put(from, block.values, 0, n);
            mean.put(from, block.mean, 0, n);
            meanSquare.put(from, block.meanSquare, 0, n);
        }
    }

    @Override
    public void state(StateFields fields) {
        fields.floats(name + ":values", values);
        fields.floats(name + ":mean", mean);
        fields.floats(name + ":mean_square", meanSquare);
    }
}
