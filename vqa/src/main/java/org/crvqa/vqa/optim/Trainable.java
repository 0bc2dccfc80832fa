package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;

/**
 * A tensor of the forward pass that training changes. Gradients are with respect to {@link #tensor()}; what an
 * implementation really trains may lie behind it, as a mask does. Not thread-safe.
 */
public interface Trainable {
    /** Its Hugging Face name. */
    String name();

    /** What the forward pass uses. The owner of the trainable closes it. */
    NDArray tensor();

    /** The squared L2 norm of the trained values' gradient, given the gradient of {@link #tensor()}. */
    double squaredNorm(NDArray gradient);

    /** Makes one optimizer step; afterwards {@link #tensor()} is up to date. {@code gradient} may be overwritten. */
    void update(NDArray gradient, AdamStep step);

    /** Shows the trained values, their moments and whatever else steps change; restored, {@link #tensor()} is up to date. */
    void state(StateFields fields);
}
