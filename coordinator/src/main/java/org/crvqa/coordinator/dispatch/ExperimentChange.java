package org.crvqa.coordinator.dispatch;

import java.util.List;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * What is new about an experiment.
 *
 * @param step to ask for later changes with
 * @param experiment without tasks unless everything was asked for
 * @param tasks that changed; empty when everything was asked for
 */
public record ExperimentChange(long step, ExperimentStatus experiment, List<TaskStatus> tasks) {
    public ExperimentChange {
        tasks = List.copyOf(tasks);
    }
}
