package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.optim.DenseGroup;
import org.crvqa.vqa.optim.Moves;
import org.crvqa.vqa.optim.StateFields;

/**
 * Tensors V that are trained and masked at once, as the answer head's: the forward pass uses V' = V M; dL/dV = dL/dV' M,
 * dL/dm := dL/dV' V. Both steps start from the same V and M. Where weight normalisation follows, its norm is that of V'.
 */
public final class MaskedDenseGroup implements Masked {
    private final MaskGroup masks;
    private final DenseGroup dense;
    private final List<NDArray> scratch = new ArrayList<>();

    /**
     * @param masks over the tensors
     * @param tensors V by name, in the masks' order; the caller closes them, after this
     * @param manager owns moments and scratch tensors (three times V's size)
     */
    MaskedDenseGroup(MaskGroup masks, Map<String, NDArray> tensors, NDManager manager) {
        this.masks = masks;
        this.dense = new DenseGroup(tensors, manager);
        tensors.values().forEach(tensor -> scratch.add(manager.zeros(tensor.getShape())));
    }

    @Override
    public List<String> names() {
        return masks.names();
    }

    @Override
    public List<NDArray> tensors() {
        return masks.tensors();
    }

    @Override
    public void collect(Map<String, NDArray> gradients, Moves moves) {
        List<NDArray> found = names().stream().map(gradients::get).toList();
        // The answer head takes part in every loss.
        masks.mask(found, scratch);
        Map<String, NDArray> ofKept = new HashMap<>();
        for (int i = 0; i < scratch.size(); i++) {
            ofKept.put(names().get(i), scratch.get(i));
        }
        masks.collect(gradients, moves);
        dense.collect(ofKept, moves);
    }

    @Override
    public void moved() {
        masks.moved();
    }

    @Override
    public void state(StateFields fields) {
        dense.state(fields);
        // After V, of which it makes V'.
        masks.state(fields);
    }

    @Override
    public void settle(int stepsDone) {
        masks.settle(stepsDone);
    }

    @Override
    public void stepBegins(int step) {
        masks.stepBegins(step);
    }

    @Override
    public Map<String, byte[]> kept() {
        return masks.kept();
    }

    @Override
    public long[] keptCounts() {
        return masks.keptCounts();
    }
}
