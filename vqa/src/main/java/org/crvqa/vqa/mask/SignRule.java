package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.crvqa.vqa.tensor.Torch;

/**
 * M = (sign(m) + 1) / 2 with sign(0) = -1, m clamped to [-1, 1]; no gradient where |m| has reached 1, as torch's
 * hardtanh. How many zeros there are is up to training: settling changes nothing.
 */
final class SignRule implements MaskRule {
    private final Torch torch;
    private final Cuts zero;

    SignRule(Torch torch, List<NDArray> values, NDManager manager) {
        this.torch = torch;
        zero = new Cuts(torch, values, manager);
        for (int i = 0; i < values.size(); i++) {
            zero.set(i, Cut.above(0));
        }
    }

    @Override
    public void mask(List<NDArray> values, List<NDArray> sources, List<NDArray> targets) {
        torch.ops().keepAbove(targets, sources, values, zero.values(), zero.after());
    }

    @Override
    public NDArray kept(int place, NDArray values, NDManager owner) {
        return torch.ops().above(values, zero.values().get(place), zero.after().get(place), owner);
    }

    @Override
    public void settle(List<NDArray> values, int[] zeros) {
        // The sparsity is not controlled.
    }

    @Override
    public boolean limits() {
        return true;
    }
}
