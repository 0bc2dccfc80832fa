package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.optim.DenseGroup;
import org.crvqa.vqa.optim.Moves;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TrainedGroup;
import org.crvqa.vqa.tensor.Torch;

/**
 * Trained tensors whose pruned weights stay 0: after every step they are set to 0 again. Their gradients still count
 * towards the global norm, as in the reference implementation.
 */
public final class PrunedGroup implements TrainedGroup {
    private final DenseGroup trained;
    private final HeldMasks held;

    /**
     * Sets the weights that do not stay to 0.
     *
     * @param tensors by name, which training changes; the caller closes them, after this
     * @param kept of each of these names: 1 where a weight stays, else 0
     * @param manager owns masks and moments
     */
    public PrunedGroup(Torch torch, Map<String, NDArray> tensors, Map<String, byte[]> kept, NDManager manager) {
        this.trained = new DenseGroup(tensors, manager);
        this.held = new HeldMasks(torch, trained.tensors(), manager);
        keep(kept);
    }

    /** Prunes further, or otherwise. {@code kept} of each tensor: 1 where a weight stays, else 0. */
    public void keep(Map<String, byte[]> kept) {
        for (int i = 0; i < names().size(); i++) {
            byte[] mask = kept.get(names().get(i));
            if (mask == null) {
                throw new IllegalArgumentException("No mask for " + names().get(i));
            }
            held.set(i, mask);
        }
        moved();
    }

    @Override
    public List<String> names() {
        return trained.names();
    }

    @Override
    public List<NDArray> tensors() {
        return trained.tensors();
    }

    @Override
    public void collect(Map<String, NDArray> gradients, Moves moves) {
        trained.collect(gradients, moves);
    }

    @Override
    public void moved() {
        held.apply(tensors(), tensors());
    }

    /** What stays is not shown: whoever chose it knows it. */
    @Override
    public void state(StateFields fields) {
        trained.state(fields);
    }
}
