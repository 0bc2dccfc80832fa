package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * M ~ Bernoulli(sigmoid(m)), drawn for every step from (seed, step, tensor). A draw is no result, so what is evaluated
 * and saved is the likeliest mask of the wanted sparsity: settling drops exactly the k smallest m, ties by index, or
 * those of each group.
 */
final class BernoulliRule implements MaskRule {
    private final Torch torch;
    private final Selection selection;
    private final long seed;
    private final List<String> names;
    private final Optional<NmGroups> groups;
    private final HeldMasks held;
    private final Cuts cuts;

    /** {@code held}: the masks before the first draw; {@code cuts}: scratch. */
    BernoulliRule(
            Torch torch,
            Selection selection,
            long seed,
            List<String> names,
            Optional<NmGroups> groups,
            HeldMasks held,
            Cuts cuts) {
        this.torch = torch;
        this.selection = selection;
        this.seed = seed;
        this.names = names;
        this.groups = groups;
        this.held = held;
        this.cuts = cuts;
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
    public boolean draws() {
        return true;
    }

    @Override
    public void draw(List<NDArray> values, int step) {
        for (int i = 0; i < names.size(); i++) {
            MaskRandom random = new MaskRandom(seed, step, "bernoulli", names.get(i));
            torch.ops().draw(held.kept().get(i), values.get(i), random.start());
        }
    }

    @Override
    public void settle(List<NDArray> values, int[] zeros) {
        if (groups.isPresent()) {
            selection.groups(values, groups.get(), held.kept());
        } else {
            selection.cut(values, zeros, cuts);
            torch.ops().setAbove(held.kept(), values, cuts.values(), cuts.after());
        }
    }

    @Override
    public void state(List<String> tensors, StateFields fields) {
        held.state(tensors, fields);
    }
}
