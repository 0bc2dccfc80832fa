package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Scopes;

/**
 * Of every group of neighbours those with the greatest m stay, chosen when the mask settles and held until it settles
 * again: the counterpart of thresholds, each group having its own.
 */
final class GroupRule implements MaskRule {
    private final Selection selection;
    private final NmGroups groups;
    private final HeldMasks held;

    /** {@code held}: the masks to start with. */
    GroupRule(Selection selection, NmGroups groups, HeldMasks held) {
        this.selection = selection;
        this.groups = groups;
        this.held = held;
    }

    @Override
    public void mask(List<NDArray> values, List<NDArray> sources, List<NDArray> targets) {
        held.apply(sources, targets);
    }

    @Override
    public NDArray kept(int place, NDArray values, NDManager owner) {
        return Scopes.within(owner, () -> held.kept().get(place).stopGradient());
    }

    @Override
    public void settle(List<NDArray> values, int[] zeros) {
        selection.groups(values, groups, held.kept());
    }

    @Override
    public void state(List<String> names, StateFields fields) {
        held.state(names, fields);
    }
}
