package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import java.time.Clock;
import java.time.Duration;
import org.crvqa.study.attempt.TaskHistory;
import org.jboss.logging.Logger;

/**
 * Looks whether what must always hold of tasks does: that each waits for something that can come, or is with a worker that
 * knows of it. A defect in the middle of a turn could leave a task where nothing ever picks it up; it is put back where it
 * belongs, and said in the log. Looks at a few tasks with every call, so that all are seen now and then. Owned by the
 * event loop.
 */
final class BoardWatch {
    private static final Logger LOG = Logger.getLogger(BoardWatch.class);
    /** With a call for each tick, 100,000 tasks are seen in four minutes. */
    private static final int TASKS_A_CALL = 100;
    /** So long after its pause a task is filed again at the latest. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final TaskBoard board;
    private final Clock clock;
    private String experiment = "";
    private int place;

    BoardWatch(TaskBoard board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    /** Looks at the next tasks. */
    void look() {
        ExperimentEntry entry = board.experiments().get(experiment);
        if (entry == null || place >= entry.members.size()) {
            entry = board.after(experiment).orElse(null);
            if (entry == null) {
                experiment = "";
                return;
            }
            experiment = entry.id();
            place = 0;
            board.recount(entry);
        }
        int end = Math.min(place + TASKS_A_CALL, entry.members.size());
        for (; place < end; place++) {
            look(entry.members.get(place).task);
        }
    }

    private void look(Task task) {
        Attempt attempt = task.current;
        if (attempt != null && attempt.worker.attempt != attempt) {
            wrong(task, "is with " + attempt.worker.name() + ", which has something else");
            board.free(task);
        } else if (attempt != null && task.ended()) {
            wrong(task, "has ended and is still with " + attempt.worker.name());
            board.free(task);
        }
        if (task.state == TASK_STATE_RUNNING && task.current == null) {
            wrong(task, "is said to run where nobody listens");
            task.readySince = clock.instant();
            board.move(task, TASK_STATE_READY, "put back");
        }
        if (task.current == null && (task.state == TASK_STATE_READY || task.state == TASK_STATE_PLANNED)) {
            waiting(task);
        }
    }

    private void waiting(Task task) {
        boolean ready = task.inputs.stream().allMatch(input -> input.state == TASK_STATE_DONE);
        boolean hopeless = task.inputs.stream().anyMatch(input -> input.ended() && input.state != TASK_STATE_DONE);
        if (!task.isNeeded()) {
            wrong(task, "waits, and nobody needs it");
            board.move(task, TASK_STATE_CANCELLED, "cancelled");
        } else if (task.state == TASK_STATE_READY && !ready) {
            wrong(task, "is ready without its inputs");
            board.move(task, TASK_STATE_PLANNED, "");
            board.settle(task, TaskHistory.NONE);
        } else if (task.state == TASK_STATE_PLANNED && (ready || hopeless)) {
            wrong(task, "waits for inputs that have ended");
            board.settle(task, TaskHistory.NONE);
        } else if (task.state == TASK_STATE_READY && isForgotten(task)) {
            wrong(task, "is ready and not among those that are given out");
            board.queue().file(task);
        }
    }

    private boolean isForgotten(Task task) {
        return switch (task.filed) {
            case NOWHERE, WITHHELD -> true;
            case DELAYED -> task.notBefore.plus(LATE).isBefore(clock.instant());
            case OFFERED, ASKING -> false;
        };
    }

    private static void wrong(Task task, String what) {
        LOG.errorf(
                "A defect: %s (%s, %s) %s; it is put back where it belongs",
                task.plan.label(), task.key().abbreviated(), task.state, what);
    }
}
