package org.crvqa.coordinator.dispatch;

import java.util.Set;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.reading.StageTally;

/** Which tasks are asked for: those of which all three say so. An empty set says so of every task. */
public record TaskFilter(Set<TaskState> states, Set<TaskKind> kinds, Set<WorkKind> stages) {
    /** Every task. */
    public static final TaskFilter ALL = new TaskFilter(Set.of(), Set.of(), Set.of());

    /** Copies what it is given. */
    public TaskFilter {
        states = Set.copyOf(states);
        kinds = Set.copyOf(kinds);
        stages = Set.copyOf(stages);
    }

    /** Whether such a task is asked for. */
    public boolean matches(TaskStatus task) {
        return matches(task.getStage(), task.getKind(), task.getState());
    }

    boolean matches(WorkKind stage, TaskState state) {
        return matches(stage, StageTally.kind(stage), state);
    }

    private boolean matches(WorkKind stage, TaskKind kind, TaskState state) {
        return is(stages, stage) && is(kinds, kind) && is(states, state);
    }

    private static <T> boolean is(Set<T> asked, T found) {
        return asked.isEmpty() || asked.contains(found);
    }
}
