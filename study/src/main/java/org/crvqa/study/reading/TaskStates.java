package org.crvqa.study.reading;

import com.google.protobuf.util.Timestamps;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;

/** What the store says of the tasks of an experiment. */
public final class TaskStates {
    private TaskStates() {}

    /**
     * The tasks of a plan in its order: what runs may have been lost, and nobody has noticed.
     *
     * @param ended the state of the experiment
     */
    public static List<TaskStatus> of(ExperimentState ended, Plan plan, Map<ArtifactKey, TaskHistory> histories) {
        Map<ArtifactKey, TaskStatus> statuses = new LinkedHashMap<>();
        for (PlanTask task : plan.tasks()) {
            TaskHistory history = histories.getOrDefault(task.key(), TaskHistory.NONE);
            TaskStatus.Builder status = TaskStatus.newBuilder()
                    .setKey(task.key().hex())
                    .setKind(task.kind())
                    .setStage(task.stage())
                    .setPlace(statuses.size())
                    .setLabel(task.label())
                    .setAttempt(history.attempts());
            history.failure().ifPresent(status::setFailure);
            history.made()
                    .ifPresent(made -> status.setStarted(Timestamps.fromMillis(made.began()))
                            .setEnded(Timestamps.fromMillis(made.ended()))
                            .setAttempt(made.attempt()));
            statuses.put(task.key(), end(status, ended, task, history, statuses).build());
        }
        return List.copyOf(statuses.values());
    }

    private static boolean isHopeless(TaskStatus task) {
        return task.getState() == TaskState.TASK_STATE_FAILED || task.getState() == TaskState.TASK_STATE_CANCELLED;
    }

    private static TaskStatus.Builder end(
            TaskStatus.Builder status,
            ExperimentState ended,
            PlanTask task,
            TaskHistory history,
            Map<ArtifactKey, TaskStatus> before) {
        if (history.done()) {
            return status.setState(TaskState.TASK_STATE_DONE);
        }
        Optional<TaskStatus> lacking = task.dependsOn().stream()
                .map(before::get)
                .filter(input -> input.getState() != TaskState.TASK_STATE_DONE)
                .max(Comparator.comparing(TaskStates::isHopeless));
        boolean open =
                ended == ExperimentState.EXPERIMENT_STATE_RUNNING || ended == ExperimentState.EXPERIMENT_STATE_PAUSED;
        if (open
                && !history.quarantined()
                && lacking.filter(TaskStates::isHopeless).isEmpty()) {
            TaskState waits = lacking.isPresent() ? TaskState.TASK_STATE_PLANNED : TaskState.TASK_STATE_READY;
            return status.setState(history.underWay() ? TaskState.TASK_STATE_RUNNING : waits);
        }
        if (ended == ExperimentState.EXPERIMENT_STATE_CANCELLED && !history.quarantined()) {
            return status.setState(TaskState.TASK_STATE_CANCELLED).setNote("cancelled");
        }
        return lacking.isPresent()
                ? status.setState(TaskState.TASK_STATE_CANCELLED)
                        .setNote("never runs: " + lacking.get().getLabel() + " did not succeed")
                : status.setState(TaskState.TASK_STATE_FAILED);
    }
}
