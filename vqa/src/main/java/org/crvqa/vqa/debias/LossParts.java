package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;

/** Is told of what a loss is the sum, beside what it says of the answers. */
@FunctionalInterface
public interface LossParts {
    /** For who does not want to know. */
    LossParts IGNORE = (name, value) -> {};

    /**
     * Takes a part.
     *
     * @param name such as "entropy"
     * @param value without dimensions, its weight included, without a gradient; belongs to the manager of the loss
     */
    void part(String name, NDArray value);
}
