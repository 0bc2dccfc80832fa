package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Torch;

/**
 * M = [m &gt; t]. Settling sets t to the k-th smallest m; of values that equal it, those with the smallest index are
 * zeros, so that k are zeros exactly, and stay zeros as long as they keep that value. In between the number of zeros
 * floats.
 */
final class ThresholdRule implements MaskRule {
    private final Torch torch;
    private final Selection selection;
    private final Cuts cuts;

    ThresholdRule(Torch torch, Selection selection, Cuts cuts) {
        this.torch = torch;
        this.selection = selection;
        this.cuts = cuts;
    }

    /** Where values and zeros of a tensor part now. Waits for the device. */
    Cut cut(int place) {
        return cuts.get(place);
    }

    @Override
    public void mask(List<NDArray> values, List<NDArray> sources, List<NDArray> targets) {
        torch.ops().keepAbove(targets, sources, values, cuts.values(), cuts.after());
    }

    @Override
    public NDArray kept(int place, NDArray values, NDManager owner) {
        return torch.ops().above(values, cuts.values().get(place), cuts.after().get(place), owner);
    }

    @Override
    public void settle(List<NDArray> values, int[] zeros) {
        selection.cut(values, zeros, cuts);
    }

    @Override
    public void state(List<String> names, StateFields fields) {
        cuts.state(names, fields);
    }
}
