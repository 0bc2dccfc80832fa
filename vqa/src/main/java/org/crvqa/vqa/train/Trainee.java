package org.crvqa.vqa.train;

import java.util.List;
import java.util.Map;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TrainedGroup;

/** What a training loop trains: a model in some state, some of whose tensors change. */
interface Trainee {
    /** The tensors that change. */
    List<? extends TrainedGroup> groups();

    /** Every tensor of the model as the forward pass sees it now. */
    Weights weights();

    /** Called before every optimizer step, counted from 0: draws what is drawn for this step. */
    default void stepBegins(int step) {}

    /** Called after every optimizer step; {@code stepsDone} counts from 1. */
    void stepDone(int stepsDone);

    /** Puts the model into the state in which it is evaluated or saved. */
    void settle();

    /**
     * Whether the model may be the result as it is: with a sparsity that rises, only where it has reached its rate. True
     * after the last step.
     */
    default boolean selectable() {
        return true;
    }

    /** {@code zeros/<modality>} and {@code zeros/all} as they are now, where masks are trained. Waits for the device. */
    default Map<String, Double> zeros(ModelConfig config) {
        return Map.of();
    }

    /** Shows everything that steps have changed so far. */
    default void state(StateFields fields) {
        groups().forEach(group -> group.state(fields));
    }

    /** Writes the files of the task's result as the model is now, replacing any that were written before. */
    void save();
}
