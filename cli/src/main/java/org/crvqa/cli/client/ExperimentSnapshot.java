package org.crvqa.cli.client;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WatchExperimentResponse;

/** An experiment as the messages of a watch describe it so far. Immutable. */
public final class ExperimentSnapshot {
    private final ExperimentStatus experiment;
    private final Map<String, TaskStatus> tasks;

    private ExperimentSnapshot(ExperimentStatus experiment, Map<String, TaskStatus> tasks) {
        this.experiment = experiment;
        this.tasks = Collections.unmodifiableMap(tasks);
    }

    /** Knows nothing. */
    static ExperimentSnapshot empty() {
        return new ExperimentSnapshot(ExperimentStatus.getDefaultInstance(), Map.of());
    }

    /** From a status that has all tasks. */
    public static ExperimentSnapshot of(ExperimentStatus status) {
        return empty().after(WatchExperimentResponse.newBuilder()
                .setExperiment(status)
                .build());
    }

    /** With a message applied: its tasks replace those of the same key. */
    ExperimentSnapshot after(WatchExperimentResponse message) {
        Map<String, TaskStatus> merged = new LinkedHashMap<>(tasks);
        message.getExperiment().getTasksList().forEach(t -> merged.put(t.getKey(), t));
        message.getChangedTasksList().forEach(t -> merged.put(t.getKey(), t));
        ExperimentStatus latest = message.hasExperiment() ? message.getExperiment() : experiment;
        return new ExperimentSnapshot(latest, merged);
    }

    /** The experiment; its own list of tasks may be empty. */
    public ExperimentStatus experiment() {
        return experiment;
    }

    /** All tasks, in the order of the plan. */
    public Collection<TaskStatus> tasks() {
        return tasks.values();
    }

    /** Tasks in this state. */
    public List<TaskStatus> tasks(TaskState state) {
        return tasks.values().stream().filter(t -> t.getState() == state).toList();
    }

    /** The experiment with all its tasks in it. */
    public ExperimentStatus whole() {
        return experiment.toBuilder().clearTasks().addAllTasks(tasks.values()).build();
    }

    /** Whether nothing will change any more. */
    public boolean ended() {
        ExperimentState state = experiment.getState();
        return state == ExperimentState.EXPERIMENT_STATE_SUCCEEDED
                || state == ExperimentState.EXPERIMENT_STATE_FAILED
                || state == ExperimentState.EXPERIMENT_STATE_CANCELLED
                || state == ExperimentState.EXPERIMENT_STATE_UNREADABLE;
    }
}
