package org.crvqa.study.estimate;

import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.spec.Methods;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.TextOptions;

/**
 * What decides how long a step or question of a task takes on a device, as far as specs tell: losses and options of masks
 * cost next to nothing beside the model.
 *
 * @param method of stage 2 only
 * @param batchSize of training; 0 where nothing is trained
 * @param distilled a teacher answers every batch too
 */
record WorkProfile(
        WorkKind work,
        ArtifactKey model,
        Optional<PruneMethod> method,
        Precision precision,
        int batchSize,
        TextOptions text,
        boolean distilled,
        Selecting selecting) {
    /**
     * How checkpoints are chosen while a task trains.
     *
     * @param questions that each evaluation answers; 0: none takes place
     * @param everySteps steps between two of them
     * @param fromStep before which nothing can be chosen
     */
    record Selecting(long questions, int everySteps, int fromStep) {
        static final Selecting NONE = new Selecting(0, 0, 0);

        /** Questions that are answered in so many steps: at every multiple, and after the last step. */
        long questions(long steps) {
            if (questions == 0) {
                return 0;
            }
            long tooEarly = fromStep == 0 ? 0 : (fromStep - 1) / everySteps;
            long evaluations = Math.max(0, steps / everySteps - tooEarly) + (steps % everySteps == 0 ? 0 : 1);
            return evaluations * questions;
        }
    }

    /** Whether it takes optimizer steps. */
    boolean trains() {
        return work != WorkKind.WORK_KIND_EVALUATE
                && method.map(Methods::trains).orElse(true);
    }
}
