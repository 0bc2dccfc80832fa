package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Set;
import java.util.function.Consumer;
import org.crvqa.vqa.debias.LossParts;
import org.crvqa.vqa.model.Encoder;

/** What a teacher adds to the loss of a step. */
@FunctionalInterface
interface Distiller {
    /** What the term is called among the parts of a loss. */
    String PART = "distillation";

    /** No teacher: the loss stays as it is. */
    Distiller NONE = new Distiller() {
        @Override
        public Set<String> parts() {
            return Set.of();
        }

        @Override
        public Term term(Batch batch, NDManager owner) {
            return NO_TERM;
        }
    };

    /** Adds nothing. */
    Term NO_TERM = new Term() {
        @Override
        public Consumer<NDArray> hidden() {
            return Encoder.IGNORE;
        }

        @Override
        public NDArray addTo(NDArray loss, LossParts told) {
            return loss;
        }
    };

    /** Names of what it adds to the parts of a loss. */
    default Set<String> parts() {
        return Set.of(PART);
    }

    /** The term of a batch, before the student has seen it. {@code owner} closes what it makes, after the backward pass. */
    Term term(Batch batch, NDManager owner);

    /** To be shown every layer of the student's forward pass, then asked for the loss. */
    interface Term {
        /** What is to be shown the layers. */
        Consumer<NDArray> hidden();

        /** The loss and the term, without dimensions; tells the term as {@link #PART}. */
        NDArray addTo(NDArray loss, LossParts told);
    }
}
