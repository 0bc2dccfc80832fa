package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import org.crvqa.vqa.optim.AdamStep;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TensorMemory;
import org.crvqa.vqa.optim.Trainable;

/**
 * A trained tensor whose pruned weights stay 0: after every step they are set to 0 again. Their gradients still count
 * towards the global norm, as in the reference implementation.
 */
public final class FixedZeros implements Trainable {
    private final Trainable trained;
    private byte[] kept;

    /** Sets the weights that do not stay to 0. {@code kept}: 1 where a weight stays; not copied. */
    public FixedZeros(Trainable trained, byte[] kept) {
        this.trained = trained;
        this.kept = kept;
        zero();
    }

    /** Prunes further, or otherwise. {@code others}: 1 where a weight stays; not copied. */
    public void keep(byte[] others) {
        kept = others;
        zero();
    }

    /** Which weights stay. Not to be changed. */
    public byte[] kept() {
        return kept;
    }

    @Override
    public String name() {
        return trained.name();
    }

    @Override
    public NDArray tensor() {
        return trained.tensor();
    }

    @Override
    public double squaredNorm(NDArray gradient) {
        return trained.squaredNorm(gradient);
    }

    @Override
    public void update(NDArray gradient, AdamStep step) {
        trained.update(gradient, step);
        zero();
    }

    /** What stays is not shown: whoever chose it knows it. */
    @Override
    public void state(StateFields fields) {
        trained.state(fields);
    }

    private void zero() {
        MagnitudeMask.apply(kept, TensorMemory.floats(trained.tensor()));
    }
}
