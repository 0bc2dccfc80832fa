package org.crvqa.worker;

import java.util.Set;

/**
 * The states of a task in this process. Every change goes through {@link RunningTask#become}; a terminal state is
 * reached once and is the last event of every stream.
 *
 * <pre>
 * RUNNING    -- handler returned ----------------> COMMITTING
 * RUNNING    -- artifact was there already ------> COMPLETED
 * RUNNING    -- handler threw -------------------> FAILED
 * RUNNING    -- Cancel --------------------------> CANCELLING
 * RUNNING    -- drain time over -----------------> INTERRUPTED
 * CANCELLING -- handler stopped or returned -----> CANCELLED
 * CANCELLING -- drain time over -----------------> INTERRUPTED
 * COMMITTING -- manifest written ----------------> COMPLETED      (Cancel comes too late and changes nothing)
 * COMMITTING -- store refused -------------------> FAILED
 * COMMITTING -- drain time over -----------------> INTERRUPTED    (the manifest may still appear: it is valid)
 * </pre>
 */
enum TaskState {
    RUNNING,
    CANCELLING,
    COMMITTING,
    COMPLETED,
    FAILED,
    CANCELLED,
    INTERRUPTED;

    private Set<TaskState> next() {
        return switch (this) {
            case RUNNING -> Set.of(COMMITTING, COMPLETED, FAILED, CANCELLING, INTERRUPTED);
            case CANCELLING -> Set.of(CANCELLED, INTERRUPTED);
            case COMMITTING -> Set.of(COMPLETED, FAILED, INTERRUPTED);
            case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> Set.of();
        };
    }

    boolean canBecome(TaskState state) {
        return next().contains(state);
    }

    boolean isTerminal() {
        return next().isEmpty();
    }

    /** Whether the handler is to stop at its next {@link TaskContext#checkCancelled()}. */
    boolean mustStop() {
        return this == CANCELLING || isTerminal();
    }
}
