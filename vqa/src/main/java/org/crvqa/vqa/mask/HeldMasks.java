package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Torch;

/** Masks of a list of tensors that are stored as such, on the device. */
final class HeldMasks {
    private final Torch torch;
    private final List<NDArray> kept = new ArrayList<>();

    /** {@code manager} owns the masks, which keep nothing before they are set. */
    HeldMasks(Torch torch, List<NDArray> tensors, NDManager manager) {
        this.torch = torch;
        tensors.forEach(tensor -> kept.add(manager.zeros(tensor.getShape(), DataType.BOOLEAN)));
    }

    /** 1 where a value stays, else 0. */
    void set(int place, byte[] mask) {
        torch.transfer().set(kept.get(place), mask);
    }

    /** As {@link #set} got it or an operator made it. Waits for the device. */
    byte[] get(int place) {
        return torch.transfer().flags(kept.get(place));
    }

    List<NDArray> kept() {
        return kept;
    }

    void apply(List<NDArray> sources, List<NDArray> targets) {
        torch.ops().keep(targets, sources, kept);
    }

    void state(List<String> names, StateFields fields) {
        for (int i = 0; i < names.size(); i++) {
            fields.flags(names.get(i) + ":kept", kept.get(i));
        }
    }
}
