package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;

/** Names to tensors, as a forward pass sees them: effective (masked) weights where masks apply. */
@FunctionalInterface
public interface Weights {
    /** The tensor with this Hugging Face name; it stays its owner's to close. */
    NDArray get(String name);
}
