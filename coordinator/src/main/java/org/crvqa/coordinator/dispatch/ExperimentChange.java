package org.crvqa.coordinator.dispatch;

import java.util.List;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * What is new about an experiment.
 *
 * @param step to ask for later changes with
 * @param experiment without tasks
 * @param tasks that changed; those that changed first come first
 */
public record ExperimentChange(long step, ExperimentStatus experiment, List<ChangedTask> tasks) {
    /** Copies what it is given. */
    public ExperimentChange {
        tasks = List.copyOf(tasks);
    }

    /**
     * A task that changed.
     *
     * @param step at which it did
     */
    public record ChangedTask(long step, TaskStatus task) {}
}
