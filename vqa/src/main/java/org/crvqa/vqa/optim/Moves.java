package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/** What one step moves: trained values with their gradients and moments, at the same places of four lists. */
public final class Moves {
    private final List<NDArray> values = new ArrayList<>();
    private final List<NDArray> gradients = new ArrayList<>();
    private final List<NDArray> means = new ArrayList<>();
    private final List<NDArray> meanSquares = new ArrayList<>();

    /** Adds a tensor; all four have its shape. */
    public void add(NDArray value, NDArray gradient, NDArray mean, NDArray meanSquare) {
        values.add(value);
        gradients.add(gradient);
        means.add(mean);
        meanSquares.add(meanSquare);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    List<NDArray> values() {
        return values;
    }

    List<NDArray> gradients() {
        return gradients;
    }

    List<NDArray> means() {
        return means;
    }

    List<NDArray> meanSquares() {
        return meanSquares;
    }
}
