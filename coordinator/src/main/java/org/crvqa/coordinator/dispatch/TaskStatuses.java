package org.crvqa.coordinator.dispatch;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;

/** What clients see of a task in an experiment. Runs on the event loop. */
final class TaskStatuses {
    private TaskStatuses() {}

    /** {@code full}: with progress, failure and note. */
    static TaskStatus of(TaskPlace member, boolean full) {
        Task task = member.task;
        TaskState shown = shown(member.entry, task.state);
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setKey(task.key().hex())
                .setKind(task.plan.kind())
                .setStage(task.plan.stage())
                .setPlace(member.place)
                .setLabel(task.plan.label())
                .setState(shown)
                .setAttempt(task.attempts);
        if (task.beganMillis > 0) {
            status.setStarted(timestamp(task.beganMillis));
        }
        if (task.endedMillis > 0) {
            status.setEnded(timestamp(task.endedMillis));
        }
        if (full) {
            task.failure.ifPresent(status::setFailure);
            status.setNote(task.note);
        }
        if (shown != task.state) {
            return (full ? status.setNote("cancelled here; goes on for another experiment") : status).build();
        }
        Attempt attempt = task.current;
        if (attempt != null && task.state == TaskState.TASK_STATE_RUNNING) {
            status.setAttempt(attempt.number()).setWorker(attempt.worker.name());
            if (full) {
                task.progress.ifPresent(status::setProgress);
            }
        }
        return status.build();
    }

    /** As whom an experiment shows a task in this state: a cancelled one needs none any more. */
    static TaskState shown(ExperimentEntry entry, TaskState state) {
        return entry.cancelled() && !TaskLifecycle.ended(state) ? TaskState.TASK_STATE_CANCELLED : state;
    }

    /** {@code millis}: since 1970. */
    static Timestamp timestamp(long millis) {
        return Timestamps.fromMillis(millis);
    }
}
