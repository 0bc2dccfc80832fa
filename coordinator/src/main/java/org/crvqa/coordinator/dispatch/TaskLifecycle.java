package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_FAILED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import java.util.Map;
import java.util.Set;
import org.crvqa.coordinator.v1.TaskState;

/**
 * The states of a task and how it moves between them.
 *
 * <pre>
 * PLANNED   → READY      all inputs exist
 * PLANNED   → CANCELLED  an input failed for good, or no experiment needs it any more
 * READY     → RUNNING    an attempt was claimed, or a worker was found that runs it already
 * READY     → DONE       the store has its manifest
 * READY     → FAILED     earlier attempts, found in the store, ended it, or it is of another algorithm version
 * READY     → CANCELLED  no experiment needs it any more
 * READY     → PLANNED    an experiment is retried, and the artifact of an input was discarded
 * RUNNING   → DONE       the worker completed and the store has the manifest
 * RUNNING   → READY      worker lost, interrupted, busy, or a failure that is retried
 * RUNNING   → FAILED     a failure that is not retried
 * RUNNING   → CANCELLED  no experiment needs it any more
 * CANCELLED → PLANNED    another experiment needs it, or the one whose input had failed is retried
 * FAILED    → PLANNED    an experiment is retried; READY at once when all inputs exist
 * DONE      → PLANNED    an experiment is retried, and the task's own artifact was discarded
 * </pre>
 *
 * DONE and FAILED are final unless somebody retries an experiment.
 */
final class TaskLifecycle {
    private static final Map<TaskState, Set<TaskState>> NEXT = Map.of(
            TASK_STATE_PLANNED, Set.of(TASK_STATE_READY, TASK_STATE_CANCELLED),
            TASK_STATE_READY,
                    Set.of(
                            TASK_STATE_RUNNING,
                            TASK_STATE_DONE,
                            TASK_STATE_FAILED,
                            TASK_STATE_CANCELLED,
                            TASK_STATE_PLANNED),
            TASK_STATE_RUNNING, Set.of(TASK_STATE_DONE, TASK_STATE_READY, TASK_STATE_FAILED, TASK_STATE_CANCELLED),
            TASK_STATE_CANCELLED, Set.of(TASK_STATE_PLANNED),
            TASK_STATE_DONE, Set.of(TASK_STATE_PLANNED),
            TASK_STATE_FAILED, Set.of(TASK_STATE_PLANNED));

    private TaskLifecycle() {}

    /** @throws IllegalStateException when there is no such transition */
    static void check(TaskState from, TaskState to) {
        if (!NEXT.getOrDefault(from, Set.of()).contains(to)) {
            throw new IllegalStateException("A task cannot go from " + from + " to " + to);
        }
    }

    /** Neither waits nor runs. */
    static boolean ended(TaskState state) {
        return state == TASK_STATE_DONE || state == TASK_STATE_FAILED || state == TASK_STATE_CANCELLED;
    }
}
