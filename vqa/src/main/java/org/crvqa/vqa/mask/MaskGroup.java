package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.optim.Moves;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * Frozen weight tensors W with trained masks: real values m, from which a {@link MaskRule} makes the binary masks M, and
 * the effective weights W' = W M, which are what the forward pass uses and what gradients are taken for.
 *
 * <p>Straight-through: dL/dm := dL/dM = dL/dW' W. That product needs no automatic differentiation of the masks.
 */
public final class MaskGroup implements Masked {
    private final Torch torch;
    private final List<MaskTarget> targets;
    private final List<String> names;
    private final List<NDArray> weights;
    private final List<NDArray> effective = new ArrayList<>();
    private final List<NDArray> values = new ArrayList<>();
    private final List<NDArray> means = new ArrayList<>();
    private final List<NDArray> meanSquares = new ArrayList<>();
    private final MaskRule rule;

    /** Fills m, which are 0, and says how they become masks. */
    @FunctionalInterface
    interface Start {
        MaskRule fill(List<NDArray> weights, List<NDArray> values);
    }

    /**
     * @param weights W of each target; the caller closes them, after this; never changed here
     * @param manager owns effective weights, masks and their moments (four times the size of W)
     */
    MaskGroup(Torch torch, List<MaskTarget> targets, List<NDArray> weights, Start start, NDManager manager) {
        this.torch = torch;
        this.targets = List.copyOf(targets);
        this.names = targets.stream().map(MaskTarget::name).toList();
        this.weights = List.copyOf(weights);
        for (NDArray weight : weights) {
            effective.add(manager.zeros(weight.getShape()));
            values.add(manager.zeros(weight.getShape()));
            means.add(manager.zeros(weight.getShape()));
            meanSquares.add(manager.zeros(weight.getShape()));
        }
        this.rule = start.fill(this.weights, values);
        refreshEffective();
    }

    @Override
    public List<String> names() {
        return names;
    }

    /** The effective weights W'. */
    @Override
    public List<NDArray> tensors() {
        return effective;
    }

    @Override
    public void collect(Map<String, NDArray> gradients, Moves moves) {
        List<NDArray> found = new ArrayList<>();
        List<NDArray> frozen = new ArrayList<>();
        List<NDArray> moving = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            NDArray gradient = gradients.get(names.get(i));
            if (gradient != null) {
                found.add(gradient);
                frozen.add(weights.get(i));
                moving.add(values.get(i));
                moves.add(values.get(i), gradient, means.get(i), meanSquares.get(i));
            }
        }
        if (found.isEmpty()) {
            return;
        }
        torch.ops().multiply(found, frozen);
        if (rule.limits()) {
            torch.ops().zeroAtLimits(found, moving);
        }
    }

    @Override
    public void moved() {
        if (rule.limits()) {
            torch.ops().clamp(values);
        }
        refreshEffective();
    }

    @Override
    public void state(StateFields fields) {
        for (int i = 0; i < names.size(); i++) {
            fields.floats(names.get(i) + ":mask", values.get(i));
            fields.floats(names.get(i) + ":mask_mean", means.get(i));
            fields.floats(names.get(i) + ":mask_mean_square", meanSquares.get(i));
        }
        rule.state(names, fields);
        if (fields.restores()) {
            refreshEffective();
        }
    }

    /** Gives each mask the exact number of zeros that its target has after so many steps. */
    @Override
    public void settle(int stepsDone) {
        rule.settle(
                values,
                targets.stream().mapToInt(target -> target.zerosAt(stepsDone)).toArray());
        refreshEffective();
    }

    @Override
    public void stepBegins(int step) {
        if (rule.draws()) {
            rule.draw(values, step);
            refreshEffective();
        }
    }

    @Override
    public Map<String, byte[]> kept() {
        Map<String, byte[]> kept = new LinkedHashMap<>();
        try (NDManager scope = torch.newManager()) {
            for (int i = 0; i < names.size(); i++) {
                kept.put(names.get(i), torch.transfer().flags(rule.kept(i, values.get(i), scope)));
            }
        }
        return kept;
    }

    @Override
    public long[] keptCounts() {
        if (names.isEmpty()) {
            return new long[0];
        }
        try (NDManager scope = torch.newManager()) {
            NDList counts = new NDList();
            for (int i = 0; i < names.size(); i++) {
                int place = i;
                counts.add(Scopes.within(
                        scope,
                        () -> rule.kept(place, values.get(place), scope)
                                .countNonzero()
                                .reshape(1)));
            }
            return torch.transfer().longs(NDArrays.concat(counts));
        }
    }

    /** How m become masks, as they are now. */
    MaskRule rule() {
        return rule;
    }

    /** The real mask values m. */
    List<NDArray> values() {
        return values;
    }

    /** target = source M for tensors of the weights' shapes. */
    void mask(List<NDArray> sources, List<NDArray> masked) {
        rule.mask(values, sources, masked);
    }

    /** Makes W' anew, after W, m or M changed. */
    void refreshEffective() {
        mask(weights, effective);
    }
}
