package org.crvqa.vqa.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.vqa.mask.Masked;
import org.crvqa.vqa.mask.SparsityRamp;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.Trainable;

/** Stage 2: masks and the answer head change, everything else is frozen. */
final class MaskTrainee implements Trainee {
    /** Writes the result's files, given the mask and the tensors with its zeros. */
    @FunctionalInterface
    interface Save {
        void files(SubnetworkMask mask, Weights weights);
    }

    private final ModelTensors tensors;
    private final List<Masked> masks;
    private final Map<String, Masked> byName = new HashMap<>();
    private final List<Trainable> trainables;
    private final SparsityRamp ramp;
    private final int thresholdEverySteps;
    private final Save save;
    private int stepsDone;

    /**
     * @param masks also those over tensors of the answer head
     * @param head trainables of the rest of the answer head and of the loss
     * @param ramp how the sparsity rises
     * @param thresholdEverySteps how often thresholds are set again to the exact sparsity
     */
    MaskTrainee(
            ModelTensors tensors,
            List<? extends Masked> masks,
            List<Trainable> head,
            SparsityRamp ramp,
            int thresholdEverySteps,
            Save save) {
        this.tensors = tensors;
        this.masks = List.copyOf(masks);
        this.ramp = ramp;
        this.thresholdEverySteps = thresholdEverySteps;
        this.save = save;
        masks.forEach(mask -> byName.put(mask.name(), mask));
        trainables = new ArrayList<>(masks);
        trainables.addAll(head);
    }

    @Override
    public List<Trainable> trainables() {
        return trainables;
    }

    @Override
    public Weights weights() {
        return name -> {
            Masked masked = byName.get(name);
            return masked == null ? tensors.get(name) : masked.tensor();
        };
    }

    @Override
    public void stepBegins(int step) {
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
        masks.forEach(mask -> mask.settle(stepsDone));
    }

    @Override
    public boolean selectable() {
        return stepsDone >= ramp.reachedAt();
    }

    @Override
    public void state(StateFields fields) {
        Trainee.super.state(fields);
        stepsDone = (int) fields.number("masks:steps", stepsDone);
    }

    @Override
    public void save() {
        Map<String, byte[]> kept = new LinkedHashMap<>();
        masks.forEach(mask -> kept.put(mask.name(), mask.kept()));
        save.files(new SubnetworkMask(kept), weights());
    }
}
