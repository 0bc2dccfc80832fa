package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;

/**
 * A vision-language model as a function of named weights, without its answer head. Holds no weights and no state, so one
 * object serves every thread.
 */
public interface Encoder {
    /** For callers that need the pooled state only. */
    Consumer<NDArray> IGNORE = hidden -> {};

    /**
     * The pooled state (B, H). It belongs to the manager of the token identifiers.
     *
     * @param hidden called with the output (B, ·, H) of every layer that the pooled state depends on, in order of
     *     computation; the tensor is the callee's for the time of the call only
     * @throws IllegalArgumentException when shapes do not fit each other or the model
     */
    NDArray forward(Weights weights, EncoderInputs inputs, ForwardMode mode, Consumer<NDArray> hidden);

    /** As above, without looking at layers. */
    default NDArray forward(Weights weights, EncoderInputs inputs, ForwardMode mode) {
        return forward(weights, inputs, mode, IGNORE);
    }
}
