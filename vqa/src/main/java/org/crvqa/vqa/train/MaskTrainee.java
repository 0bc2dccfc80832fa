package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.mask.Masked;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.mask.ZeroShares;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TrainedGroup;

/** Stage 2: masks and the answer head change, everything else is frozen. */
final class MaskTrainee implements Trainee {
    /** Writes the result's files, given the mask and the tensors with its zeros. */
    @FunctionalInterface
    interface Save {
        void files(SubnetworkMask mask, Weights weights);
    }

    private final ModelTensors tensors;
    private final List<Masked> masks;
    private final Map<String, NDArray> effective = new HashMap<>();
    private final List<TrainedGroup> groups;
    private final SparsityRamp ramp;
    private final int thresholdEverySteps;
    private final Save save;
    private int stepsDone;
    private int settledAt = -1;

    /**
     * @param masks also those over tensors of the answer head
     * @param head the rest of the answer head and the loss's own tensors
     * @param ramp how the sparsity rises
     * @param thresholdEverySteps how often thresholds are set again to the exact sparsity
     */
    MaskTrainee(
            ModelTensors tensors,
            List<? extends Masked> masks,
            List<? extends TrainedGroup> head,
            SparsityRamp ramp,
            int thresholdEverySteps,
            Save save) {
        this.tensors = tensors;
        this.masks = List.copyOf(masks);
        this.ramp = ramp;
        this.thresholdEverySteps = thresholdEverySteps;
        this.save = save;
        for (Masked group : masks) {
            for (int i = 0; i < group.names().size(); i++) {
                effective.put(group.names().get(i), group.tensors().get(i));
            }
        }
        groups = new ArrayList<>(masks);
        groups.addAll(head);
    }

    @Override
    public List<TrainedGroup> groups() {
        return groups;
    }

    @Override
    public Weights weights() {
        return name -> {
            NDArray masked = effective.get(name);
            return masked == null ? tensors.get(name) : masked;
        };
    }

    @Override
    public void stepBegins(int step) {
        settledAt = -1;
        masks.forEach(mask -> mask.stepBegins(step));
    }

    @Override
    public void stepDone(int done) {
        stepsDone = done;
        if (done % thresholdEverySteps == 0) {
            settle();
        }
    }

    @Override
    public void settle() {
        // An evaluation may fall on a step that has just set the thresholds.
        if (settledAt != stepsDone) {
            masks.forEach(mask -> mask.settle(stepsDone));
            settledAt = stepsDone;
        }
    }

    @Override
    public boolean selectable() {
        return stepsDone >= ramp.reachedAt();
    }

    @Override
    public Map<String, Double> zeros(ModelConfig config) {
        ZeroShares shares = new ZeroShares(config);
        for (Masked group : masks) {
            long[] kept = group.keptCounts();
            for (int i = 0; i < kept.length; i++) {
                shares.add(group.names().get(i), kept[i], group.tensors().get(i).size());
            }
        }
        return shares.metrics();
    }

    @Override
    public void state(StateFields fields) {
        Trainee.super.state(fields);
        stepsDone = (int) fields.number("masks:steps", stepsDone);
        if (fields.restores()) {
            settledAt = -1;
        }
    }

    @Override
    public void save() {
        Map<String, byte[]> kept = new LinkedHashMap<>();
        masks.forEach(mask -> kept.putAll(mask.kept()));
        save.files(new SubnetworkMask(kept), weights());
    }
}
