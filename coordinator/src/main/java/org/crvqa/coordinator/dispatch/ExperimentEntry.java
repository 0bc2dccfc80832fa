package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;

/** An experiment and its tasks. Owned by the event loop. */
final class ExperimentEntry {
    final StoredExperiment stored;
    /** In the order of the plan. */
    final List<Task> tasks = new ArrayList<>();
    /** It could not be planned again after a restart. */
    final boolean broken;

    boolean cancelled;
    /** Step at which one of its tasks was last given to a worker. */
    long lastServed = -1;
    /** Step at which the experiment itself, not a task, changed last. */
    long changed;

    ExperimentEntry(StoredExperiment stored, boolean broken) {
        this.stored = stored;
        this.broken = broken;
        this.cancelled = stored.cancelled();
    }

    ExperimentState state() {
        if (cancelled) {
            return ExperimentState.EXPERIMENT_STATE_CANCELLED;
        }
        if (broken) {
            return ExperimentState.EXPERIMENT_STATE_FAILED;
        }
        if (!tasks.stream().allMatch(Task::ended)) {
            return ExperimentState.EXPERIMENT_STATE_RUNNING;
        }
        return tasks.stream().allMatch(task -> task.state == TaskState.TASK_STATE_DONE)
                ? ExperimentState.EXPERIMENT_STATE_SUCCEEDED
                : ExperimentState.EXPERIMENT_STATE_FAILED;
    }

    int running() {
        return (int) tasks.stream().filter(task -> task.current != null).count();
    }

    long latestChange() {
        return tasks.stream().mapToLong(task -> task.changed).reduce(changed, Math::max);
    }
}
