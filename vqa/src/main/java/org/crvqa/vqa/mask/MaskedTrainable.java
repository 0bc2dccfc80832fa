package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.crvqa.vqa.optim.AdamStep;
import org.crvqa.vqa.optim.DenseTrainable;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TensorMemory;

/**
 * A tensor V that is trained and masked at once, as the answer head's: the forward pass uses V' = V M; dL/dV = dL/dV' M,
 * dL/dm := dL/dV' V. Both steps start from the same V and M. Where weight normalisation follows, its norm is that of V'.
 */
public final class MaskedTrainable implements Masked {
    private final MaskedWeight masked;
    private final DenseTrainable dense;
    private final NDArray scratch;

    /**
     * @param masked a mask over the tensor
     * @param tensor V; the caller closes it, after this
     * @param manager owns moments and a scratch tensor (three times V's size)
     */
    MaskedTrainable(MaskedWeight masked, NDArray tensor, NDManager manager) {
        this.masked = masked;
        this.dense = new DenseTrainable(masked.name(), tensor, manager);
        this.scratch = manager.zeros(tensor.getShape());
    }

    @Override
    public String name() {
        return masked.name();
    }

    @Override
    public NDArray tensor() {
        return masked.tensor();
    }

    @Override
    public double squaredNorm(NDArray gradient) {
        return masked.squaredNorm(gradient) + dense.squaredNorm(ofKept(gradient));
    }

    @Override
    public void update(NDArray gradient, AdamStep step) {
        NDArray weightGradient = ofKept(gradient);
        masked.update(gradient, step);
        dense.update(weightGradient, step);
        masked.refreshEffective();
    }

    @Override
    public void state(StateFields fields) {
        dense.state(fields);
        // After V, of which it makes V'.
        masked.state(fields);
    }

    @Override
    public void settle(int stepsDone) {
        masked.settle(stepsDone);
    }

    @Override
    public void stepBegins(int step) {
        masked.stepBegins(step);
    }

    @Override
    public byte[] kept() {
        return masked.kept();
    }

    /** dL/dV' M, in the scratch tensor. */
    private NDArray ofKept(NDArray gradient) {
        TensorMemory.floats(scratch).put(TensorMemory.floats(gradient));
        masked.mask(TensorMemory.floats(scratch));
        return scratch;
    }
}
