package org.crvqa.vqa.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.crvqa.vqa.mask.MaskedWeight;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.Trainable;

/** Stage 2: masks and the answer head change, everything else is frozen. */
final class MaskTrainee implements Trainee {
    private final ModelTensors tensors;
    private final List<MaskedWeight> masks;
    private final Map<String, MaskedWeight> byName = new HashMap<>();
    private final List<Trainable> trainables;
    private final int thresholdEverySteps;
    private final Consumer<SubnetworkMask> save;

    /**
     * @param head trainables of the answer head and of the loss
     * @param thresholdEverySteps how often thresholds are set again to the exact sparsity
     * @param save writes the result's files, given the mask
     */
    MaskTrainee(
            ModelTensors tensors,
            List<MaskedWeight> masks,
            List<Trainable> head,
            int thresholdEverySteps,
            Consumer<SubnetworkMask> save) {
        this.tensors = tensors;
        this.masks = List.copyOf(masks);
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
            MaskedWeight masked = byName.get(name);
            return masked == null ? tensors.get(name) : masked.tensor();
        };
    }

    @Override
    public void stepDone(int stepsDone) {
        if (stepsDone % thresholdEverySteps == 0) {
            settle();
        }
    }

    @Override
    public void settle() {
        masks.forEach(MaskedWeight::resetThreshold);
    }

    @Override
    public void save() {
        save.accept(mask());
    }

    private SubnetworkMask mask() {
        Map<String, byte[]> kept = new LinkedHashMap<>();
        masks.forEach(mask -> kept.put(mask.name(), mask.kept()));
        return new SubnetworkMask(kept);
    }
}
