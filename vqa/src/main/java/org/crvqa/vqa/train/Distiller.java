package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Consumer;
import org.crvqa.vqa.model.Encoder;

/** What a teacher adds to the loss of a step. */
@FunctionalInterface
interface Distiller {
    /** No teacher: the loss stays as it is. */
    Distiller NONE = (batch, owner) -> new Term() {
        @Override
        public Consumer<NDArray> hidden() {
            return Encoder.IGNORE;
        }

        @Override
        public NDArray addTo(NDArray loss) {
            return loss;
        }
    };

    /** The term of a batch, before the student has seen it. {@code owner} closes what it makes, after the backward pass. */
    Term term(Batch batch, NDManager owner);

    /** To be shown every layer of the student's forward pass, then asked for the loss. */
    interface Term {
        /** What is to be shown the layers. */
        Consumer<NDArray> hidden();

        /** The loss and the term, without dimensions. */
        NDArray addTo(NDArray loss);
    }
}
