package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tensors that are trained as they are, every value of them. */
public final class DenseGroup implements TrainedGroup {
    private final List<String> names;
    private final List<NDArray> tensors;
    private final List<NDArray> means = new ArrayList<>();
    private final List<NDArray> meanSquares = new ArrayList<>();

    /**
     * @param tensors by name, which training changes; the caller closes them, after this
     * @param manager owns the moments (twice the tensors' size)
     */
    public DenseGroup(Map<String, NDArray> tensors, NDManager manager) {
        this.names = List.copyOf(tensors.keySet());
        this.tensors = List.copyOf(tensors.values());
        for (NDArray tensor : this.tensors) {
            means.add(manager.zeros(tensor.getShape()));
            meanSquares.add(manager.zeros(tensor.getShape()));
        }
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public List<NDArray> tensors() {
        return tensors;
    }

    @Override
    public void collect(Map<String, NDArray> gradients, Moves moves) {
        for (int i = 0; i < names.size(); i++) {
            NDArray gradient = gradients.get(names.get(i));
            if (gradient != null) {
                moves.add(tensors.get(i), gradient, means.get(i), meanSquares.get(i));
            }
        }
    }

    @Override
    public void moved() {
        // The tensors themselves have moved.
    }

    @Override
    public void state(StateFields fields) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            fields.floats(name + ":values", tensors.get(i));
            fields.floats(name + ":mean", means.get(i));
            fields.floats(name + ":mean_square", meanSquares.get(i));
        }
    }
}
