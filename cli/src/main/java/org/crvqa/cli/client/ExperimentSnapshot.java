package org.crvqa.cli.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.SnapshotReason;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchSnapshot;

/**
 * An experiment as the messages of a watch describe it so far. Of a large one only the tasks that run or failed are kept:
 * the others are counts. Immutable.
 */
public final class ExperimentSnapshot {
    /** With more tasks than these an experiment is large. */
    public static final int LARGE = 6_000;

    private final ExperimentStatus experiment;
    private final Map<String, TaskStatus> tasks;
    /** Up to where this is, for the next stream; empty: it is not known. */
    private final String resumeToken;
    /** Parts of it are still to come. */
    private final boolean partial;

    private ExperimentSnapshot(
            ExperimentStatus experiment, Map<String, TaskStatus> tasks, String resumeToken, boolean partial) {
        this.experiment = experiment;
        this.tasks = Collections.unmodifiableMap(tasks);
        this.resumeToken = resumeToken;
        this.partial = partial;
    }

    /** Knows nothing. */
    static ExperimentSnapshot empty() {
        return new ExperimentSnapshot(ExperimentStatus.getDefaultInstance(), Map.of(), "", false);
    }

    /** From a status that has all tasks. */
    public static ExperimentSnapshot of(ExperimentStatus status) {
        return empty().after(WatchExperimentResponse.newBuilder()
                .setExperiment(status)
                .build());
    }

    /** With a message applied: its tasks replace those of the same key. */
    ExperimentSnapshot after(WatchExperimentResponse message) {
        String token = message.getResumeToken().isEmpty() ? resumeToken : message.getResumeToken();
        return switch (message.getEventCase()) {
            case SNAPSHOT ->
                after(
                        message.getSnapshot().getExperiment(),
                        message.getSnapshot().getTasksList(),
                        startsAnew(message.getSnapshot()) ? Map.of() : tasks,
                        "",
                        true);
            case CHANGES ->
                after(message.getChanges().getExperiment(), message.getChanges().getTasksList(), tasks, token, false);
            case SNAPSHOT_END, HEARTBEAT -> new ExperimentSnapshot(experiment, tasks, token, false);
            case EVENT_NOT_SET -> {
                List<TaskStatus> told = new ArrayList<>(message.getExperiment().getTasksList());
                told.addAll(message.getChangedTasksList());
                yield after(message.hasExperiment() ? message.getExperiment() : experiment, told, tasks, "", false);
            }
        };
    }

    /** The first part of a snapshot that says that what was known is no more. */
    private boolean startsAnew(WatchSnapshot snapshot) {
        return snapshot.getReason() != SnapshotReason.SNAPSHOT_REASON_REQUESTED && !resumeToken.isEmpty();
    }

    private static ExperimentSnapshot after(
            ExperimentStatus latest,
            List<TaskStatus> told,
            Map<String, TaskStatus> before,
            String token,
            boolean partial) {
        Map<String, TaskStatus> merged = new LinkedHashMap<>(before);
        told.forEach(task -> merged.put(task.getKey(), task));
        if (isLarge(latest)) {
            merged.values()
                    .removeIf(task -> task.getState() != TaskState.TASK_STATE_RUNNING
                            && task.getState() != TaskState.TASK_STATE_FAILED);
        }
        return new ExperimentSnapshot(latest, merged, token, partial);
    }

    static boolean isLarge(ExperimentStatus experiment) {
        return experiment.getTasksTotal() > LARGE;
    }

    /** Whether it has so many tasks that only those that run or failed are kept. */
    public boolean large() {
        return isLarge(experiment);
    }

    String resumeToken() {
        return resumeToken;
    }

    /** The experiment; its own list of tasks may be empty. */
    public ExperimentStatus experiment() {
        return experiment;
    }

    /** All tasks that are kept, in the order of the plan. */
    public Collection<TaskStatus> tasks() {
        return tasks.values();
    }

    /** Keys of the tasks that are kept. */
    public Set<String> keys() {
        return tasks.keySet();
    }

    /** Tasks in this state. */
    public List<TaskStatus> tasks(TaskState state) {
        return tasks.values().stream().filter(t -> t.getState() == state).toList();
    }

    /** The experiment with its tasks in it. */
    public ExperimentStatus whole() {
        return experiment.toBuilder()
                .clearTasks()
                .addAllTasks(tasks.values())
                .setTasksOmitted(large())
                .build();
    }

    /** Whether nothing will change any more. */
    public boolean ended() {
        ExperimentState state = experiment.getState();
        boolean over = state == ExperimentState.EXPERIMENT_STATE_SUCCEEDED
                || state == ExperimentState.EXPERIMENT_STATE_FAILED
                || state == ExperimentState.EXPERIMENT_STATE_CANCELLED
                || state == ExperimentState.EXPERIMENT_STATE_UNREADABLE;
        return over && !partial;
    }
}
