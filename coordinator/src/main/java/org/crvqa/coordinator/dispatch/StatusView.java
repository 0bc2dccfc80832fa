package org.crvqa.coordinator.dispatch;

import com.google.protobuf.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.WorkerSetAside;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.reading.Reads;
import org.crvqa.study.reading.StageTally;

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

    /** {@code withTasks}: where it has few enough for one message. */
    Optional<ExperimentStatus> experiment(String id, boolean withTasks) {
        return entry(id).map(entry -> status(entry, withTasks));
    }

    private Optional<ExperimentEntry> entry(String id) {
        return Optional.ofNullable(board.experiments().get(id));
    }

    List<ExperimentStatus> experiments() {
        return board.newestFirst().stream().map(entry -> status(entry, false)).toList();
    }

    Optional<TaskPage> tasks(String id, TaskQuery query) {
        return entry(id).map(entry -> TaskPages.find(entry, query));
    }

    /** Experiments that changed after a step, newest change first, with the step to ask for later ones with. */
    ExperimentsChange experimentsSince(long since) {
        return new ExperimentsChange(
                board.latestStep(),
                board.changedSince(since).stream()
                        .map(entry -> new ExperimentsChange.Changed(entry.latestChange(), status(entry, false)))
                        .toList());
    }

    /** What changed of those experiments of which something did, after the steps that are given, or that are asked for anyway. */
    ExperimentChanges changes(Map<String, Long> since, Set<String> anyway) {
        Map<String, ExperimentChange> changed = new HashMap<>();
        Set<String> unknown = new HashSet<>();
        since.forEach((id, step) -> {
            ExperimentEntry entry = board.experiments().get(id);
            if (entry == null) {
                unknown.add(id);
            } else if (anyway.contains(id) || entry.latestChange() > step) {
                changed.put(id, change(entry, step));
            }
        });
        return new ExperimentChanges(changed, unknown);
    }

    /** Those that changed first come first. */
    private ExperimentChange change(ExperimentEntry entry, long since) {
        List<ExperimentChange.ChangedTask> changed = new ArrayList<>();
        for (TaskPlace member : entry.changes.since(since)) {
            changed.add(new ExperimentChange.ChangedTask(member.task.changed, TaskStatuses.of(member, true)));
        }
        Collections.reverse(changed);
        return new ExperimentChange(entry.latestChange(), status(entry, false), changed);
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
        boolean told = withTasks && entry.members.size() <= Reads.MOST_TASKS_TOLD;
        ExperimentStatus.Builder status = ExperimentStatus.newBuilder()
                .setId(entry.stored.id())
                .setExperiment(entry.stored.experiment())
                .setState(state)
                .setSubmitted(timestamp(entry.stored.submitted()))
                .setTasksTotal(entry.ended.map(EndedSummary::total).orElse(entry.counts.total()))
                .setTasksDone(entry.ended.map(EndedSummary::done).orElse(entry.counts.in(TaskState.TASK_STATE_DONE)))
                .setTasksOmitted(!told && !entry.members.isEmpty())
                .setRevision(ExperimentStore.revision(entry.id()))
                .setSettings(settings(entry))
                .setUpdated(TaskStatuses.timestamp(entry.changedMillis));
        StageTally tally = new StageTally();
        entry.index.forEach((stage, is, count) -> tally.add(stage, TaskStatuses.shown(entry, is), count));
        tally.write(status);
        if (entry.beganMillis > 0) {
            status.setStarted(TaskStatuses.timestamp(entry.beganMillis));
        }
        if (entry.endedMillis > 0) {
            status.setEnded(TaskStatuses.timestamp(entry.endedMillis));
        }
        if (told) {
            entry.members.forEach(member -> status.addTasks(TaskStatuses.of(member, true)));
        }
        if (entry.needsTasks()) {
            TimeLeft.estimate(entry, roster::reachable)
                    .ifPresent(left -> status.setTimeLeft(com.google.protobuf.Duration.newBuilder()
                            .setSeconds(left.toSeconds())
                            .setNanos(left.getNano())));
        }
        return status.build();
    }

    private static ExperimentSettings settings(ExperimentEntry entry) {
        return ExperimentSettings.newBuilder()
                .setPriority(entry.priority())
                .putAllLabels(entry.settings.labels())
                .setNote(entry.settings.note())
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
