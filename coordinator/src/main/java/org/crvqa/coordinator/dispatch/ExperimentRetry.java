package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_FAILED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.study.attempt.TaskHistory;

/** Runs tasks of an experiment again. Owned by the event loop. */
final class ExperimentRetry {
    private final TaskBoard board;

    ExperimentRetry(TaskBoard board) {
        this.board = board;
    }

    /**
     * Gives tasks of an experiment that failed and are pardoned, and those whose artifacts are gone, another run, and puts
     * everything back that waited for them. Returns them; none when the experiment is cancelled or unknown.
     */
    List<Task> run(String id, Set<ArtifactKey> pardoned, Map<ArtifactKey, TaskHistory> histories) {
        ExperimentEntry entry = board.experiments().get(id);
        if (entry == null || entry.cancelled()) {
            return List.of();
        }
        List<Task> again = entry.tasks().stream()
                .filter(task -> isRetried(task, pardoned, histories))
                .toList();
        board.reopen(entry);
        entry.settling = true;
        again.forEach(task -> {
            task.pardon();
            board.move(task, TASK_STATE_PLANNED, "retried");
        });
        Set<Task> waiting = new LinkedHashSet<>(again);
        again.forEach(task -> recall(task, waiting));
        // What had failed for it may have been made for another experiment since.
        entry.tasks().stream()
                .filter(task -> task.state == TASK_STATE_CANCELLED)
                .forEach(waiting::add);
        waiting.forEach(task -> board.settle(task, histories.getOrDefault(task.key(), TaskHistory.NONE)));
        entry.settling = false;
        board.endIfOver(entry);
        return again;
    }

    private static boolean isRetried(Task task, Set<ArtifactKey> pardoned, Map<ArtifactKey, TaskHistory> histories) {
        TaskHistory history = histories.get(task.key());
        boolean discarded = task.state == TASK_STATE_DONE && history != null && !history.done();
        return discarded || (task.state == TASK_STATE_FAILED && pardoned.contains(task.key()));
    }

    /** What waits for a task that runs again waits with it, in whatever experiment that has not ended. */
    private void recall(Task task, Set<Task> waiting) {
        for (Task dependant : task.dependants) {
            boolean gaveUp = dependant.state == TASK_STATE_CANCELLED && dependant.isNeeded();
            boolean early = dependant.state == TASK_STATE_READY && dependant.current == null;
            if (gaveUp || early) {
                board.move(dependant, TASK_STATE_PLANNED, "");
            }
            if (gaveUp || early || dependant.state == TASK_STATE_PLANNED) {
                waiting.add(dependant);
                recall(dependant, waiting);
            }
        }
    }
}
