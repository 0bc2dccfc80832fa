package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;

/** An experiment and its tasks. Owned by the event loop. */
final class ExperimentEntry {
    final StoredExperiment stored;
    /** In the order of the plan. */
    final List<Task> tasks = new ArrayList<>();
    /** Its plan could not be read after a restart. */
    final boolean broken;

    boolean cancelled;
    /** Step at which one of its tasks was last given to a worker, by kind of task. */
    final Map<TaskKind, Long> lastServed = new EnumMap<>(TaskKind.class);

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

    /** How many workers of a kind it occupies. */
    int running(TaskKind kind) {
        return (int) tasks.stream()
                .filter(task -> task.current != null && task.plan.kind() == kind)
                .count();
    }

    long lastServed(TaskKind kind) {
        return lastServed.getOrDefault(kind, -1L);
    }

    long latestChange() {
        return tasks.stream().mapToLong(task -> task.changed).reduce(changed, Math::max);
    }
}
