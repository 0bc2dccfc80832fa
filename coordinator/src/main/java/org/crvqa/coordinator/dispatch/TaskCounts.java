package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;

/**
 * How many of some tasks are in which state, and how long those took that are done. Kept with every move, so that nobody
 * has to look at all of them. Owned by the event loop.
 */
final class TaskCounts {
    private static final int KINDS = TaskKind.values().length;

    private final int[] states = new int[TaskState.values().length];
    private final int[] open = new int[KINDS];
    private final int[] ready = new int[KINDS];
    private final int[] timed = new int[KINDS];
    private final Duration[] took = new Duration[KINDS];
    private int total;

    TaskCounts() {
        Arrays.fill(took, Duration.ZERO);
    }

    /** Counts a task as it is now. */
    void add(Task task) {
        count(task, 1);
    }

    /** Counts it no more. To be called before anything changes of what was counted. */
    void remove(Task task) {
        count(task, -1);
    }

    private void count(Task task, int sign) {
        int kind = task.plan.kind().getNumber();
        total += sign;
        states[task.state.getNumber()] += sign;
        if (!task.ended()) {
            open[kind] += sign;
        }
        if (task.state == TASK_STATE_READY) {
            ready[kind] += sign;
        }
        if (task.state == TASK_STATE_DONE && task.took.isPresent()) {
            timed[kind] += sign;
            took[kind] = took[kind].plus(task.took.get().multipliedBy(sign));
        }
    }

    int total() {
        return total;
    }

    int in(TaskState state) {
        return states[state.getNumber()];
    }

    /** Tasks that have not ended. */
    int open() {
        return Arrays.stream(open).sum();
    }

    /** Tasks of a kind that have not ended. */
    int open(TaskKind kind) {
        return open[kind.getNumber()];
    }

    int ready(TaskKind kind) {
        return ready[kind.getNumber()];
    }

    /** What a task of a kind took that is done; empty before the first. */
    Optional<Duration> mean(TaskKind kind) {
        int number = timed[kind.getNumber()];
        return number == 0 ? Optional.empty() : Optional.of(took[kind.getNumber()].dividedBy(number));
    }

    /** Whether both count the same. */
    boolean agrees(TaskCounts other) {
        return total == other.total
                && Arrays.equals(states, other.states)
                && Arrays.equals(open, other.open)
                && Arrays.equals(ready, other.ready)
                && Arrays.equals(timed, other.timed)
                && Arrays.equals(took, other.took);
    }

    @Override
    public String toString() {
        return total + " tasks, by state " + Arrays.toString(states) + ", open by kind " + Arrays.toString(open)
                + ", ready by kind " + Arrays.toString(ready) + ", done with a time " + Arrays.toString(timed);
    }
}
