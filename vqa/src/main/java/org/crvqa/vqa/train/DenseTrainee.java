package org.crvqa.vqa.train;

import java.util.List;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.TrainedGroup;

/** Stages 1 and 3: tensors that change as they are, all or some of them. */
final class DenseTrainee implements Trainee {
    private final ModelTensors tensors;
    private final List<TrainedGroup> groups;
    private final Runnable save;

    /** {@code groups} are over tensors of {@code tensors}; {@code save} writes the result's files. */
    DenseTrainee(ModelTensors tensors, List<TrainedGroup> groups, Runnable save) {
        this.tensors = tensors;
        this.groups = List.copyOf(groups);
        this.save = save;
    }

    @Override
    public List<TrainedGroup> groups() {
        return groups;
    }

    @Override
    public Weights weights() {
        return tensors;
    }

    @Override
    public void stepDone(int stepsDone) {
        // Nothing but the groups changes.
    }

    @Override
    public void settle() {
        // Always in the state in which it is evaluated.
    }

    @Override
    public void save() {
        save.run();
    }
}
