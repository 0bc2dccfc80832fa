package org.crvqa.coordinator.dispatch;

import com.google.protobuf.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkerSetAside;
import org.crvqa.coordinator.v1.WorkerStatus;

/** What clients see of the dispatcher's state. Runs on the event loop. */
final class StatusView {
    private final TaskBoard board;
    private final Roster roster;
    private final Clock clock;

    StatusView(TaskBoard board, Roster roster, Clock clock) {
        this.board = board;
        this.roster = roster;
        this.clock = clock;
    }

    Optional<ExperimentStatus> experiment(String id, boolean withTasks) {
        return Optional.ofNullable(board.experiments().get(id)).map(entry -> status(entry, withTasks));
    }

    List<ExperimentStatus> experiments() {
        return board.newestFirst().stream().map(entry -> status(entry, false)).toList();
    }

    Optional<ExperimentChange> changes(String id, long since) {
        return Optional.ofNullable(board.experiments().get(id)).map(entry -> {
            List<TaskStatus> changed = since < 0
                    ? List.of()
                    : changed(entry, since)
                            .map(member -> status(entry, member.task))
                            .toList();
            return new ExperimentChange(entry.latestChange(), status(entry, since < 0), changed);
        });
    }

    /** In the order of the plan. */
    private static Stream<TaskPlace> changed(ExperimentEntry entry, long since) {
        return entry.changed > since
                ? entry.members.stream()
                : entry.changes.since(since).stream().sorted(Comparator.comparingInt(member -> member.place));
    }

    List<WorkerStatus> workers() {
        Instant now = clock.instant();
        return roster.all().stream().map(worker -> status(worker, now)).toList();
    }

    private WorkerStatus status(WorkerSlot worker, Instant now) {
        WorkerStatus.Builder status = WorkerStatus.newBuilder()
                .setAddress(worker.member().address())
                .setKind(worker.kind())
                .setReachable(worker.reachable)
                .setSince(timestamp(worker.since()))
                .setLeaving(!worker.takesWork());
        worker.member().pod().ifPresent(status::setPod);
        task(worker).ifPresent(task -> status.setTask(task.plan.label()));
        worker.description.ifPresent(status::setWorker);
        worker.lastSeen.map(StatusView::timestamp).ifPresent(status::setLastSeen);
        worker.aside(now).ifPresent(aside -> {
            WorkerSetAside.Builder told =
                    WorkerSetAside.newBuilder().setReason(aside.reason()).setFailuresInARow(worker.health.inARow());
            aside.until().map(StatusView::timestamp).ifPresent(told::setUntil);
            status.setSetAside(told);
        });
        return status.build();
    }

    private Optional<Task> task(WorkerSlot worker) {
        return Optional.ofNullable(worker.attempt)
                .map(attempt -> attempt.task)
                .or(() -> worker.description.flatMap(told -> board.task(told.getRunningKey())));
    }

    private ExperimentStatus status(ExperimentEntry entry, boolean withTasks) {
        ExperimentState state = entry.state();
        ExperimentStatus.Builder status = ExperimentStatus.newBuilder()
                .setId(entry.stored.id())
                .setExperiment(entry.stored.experiment())
                .setState(state)
                .setSubmitted(timestamp(entry.stored.submitted()))
                .setTasksTotal(entry.ended.map(EndedSummary::total).orElse(entry.counts.total()))
                .setTasksDone(entry.ended.map(EndedSummary::done).orElse(entry.counts.in(TaskState.TASK_STATE_DONE)));
        if (withTasks) {
            entry.members.forEach(member -> status.addTasks(status(entry, member.task)));
        }
        if (state == ExperimentState.EXPERIMENT_STATE_RUNNING) {
            TimeLeft.estimate(entry, roster::reachable)
                    .ifPresent(left -> status.setTimeLeft(com.google.protobuf.Duration.newBuilder()
                            .setSeconds(left.toSeconds())
                            .setNanos(left.getNano())));
        }
        return status.build();
    }

    private static TaskStatus status(ExperimentEntry entry, Task task) {
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setKey(task.key().hex())
                .setKind(task.plan.kind())
                .setLabel(task.plan.label())
                .setState(task.state)
                .setAttempt(task.attempts)
                .setNote(task.note);
        task.failure.ifPresent(status::setFailure);
        if (entry.cancelled() && !task.ended()) {
            return status.setState(TaskState.TASK_STATE_CANCELLED)
                    .setNote("cancelled here; goes on for another experiment")
                    .build();
        }
        Attempt attempt = task.current;
        if (attempt != null && task.state == TaskState.TASK_STATE_RUNNING) {
            status.setAttempt(attempt.number()).setWorker(attempt.worker.name());
            task.progress.ifPresent(status::setProgress);
        }
        return status.build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
