package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/**
 * Tensors of the forward pass that training changes, all in one way; a step handles them together. Gradients are with
 * respect to {@link #tensors()}; what an implementation really trains may lie behind them, as masks do. Not thread-safe.
 */
public interface TrainedGroup {
    /** Hugging Face names of the tensors. */
    List<String> names();

    /** What the forward pass uses, in the order of the names. The owner of the group closes them. */
    List<NDArray> tensors();

    /**
     * Adds what this step moves.
     *
     * @param gradients of {@link #tensors()} by name, which may be overwritten; a tensor without one took no part in the
     *     loss and stays untouched, as in torch
     */
    void collect(Map<String, NDArray> gradients, Moves moves);

    /** Called after what was collected has moved: afterwards {@link #tensors()} are up to date. */
    void moved();

    /** Shows the trained values, their moments and whatever else steps change; restored, tensors are up to date. */
    void state(StateFields fields);
}
