package org.crvqa.coordinator.api;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.ExperimentChange;
import org.crvqa.coordinator.dispatch.ExperimentChange.ChangedTask;
import org.crvqa.coordinator.dispatch.TaskCursor;
import org.crvqa.coordinator.dispatch.TaskFilter;
import org.crvqa.coordinator.dispatch.TaskPage;
import org.crvqa.coordinator.dispatch.TaskQuery;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.SnapshotReason;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WatchChanges;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchForm;
import org.crvqa.coordinator.v1.WatchHeartbeat;
import org.crvqa.coordinator.v1.WatchSnapshot;
import org.crvqa.coordinator.v1.WatchSnapshotEnd;
import org.crvqa.study.reading.Reads;

/**
 * One who watches an experiment, and what he has been told. First the experiment as it is, page by page; what changes
 * meanwhile is told afterwards, so that it does not matter at which moment a page was read. One thread serves it.
 */
final class ExperimentWatch extends Watch<WatchExperimentResponse> {
    /** Of tasks in one message: some 300 KiB. */
    static final int TASKS_A_MESSAGE = 1_000;

    private static final int NOTHING_TOLD = -1;

    private final String id;
    private final long term;
    private final boolean events;
    private final TaskFilter filter;
    /** Up to which step everything was told; {@link #NOTHING_TOLD} until the snapshot has been sent. */
    private long step = NOTHING_TOLD;

    /** It goes on from an earlier stream, and has heard nothing yet. */
    private boolean fresh;

    /** The snapshot said that it has ended: should nothing have changed since, that is all. */
    private boolean ended;

    private SnapshotReason reason = SnapshotReason.SNAPSHOT_REASON_REQUESTED;
    private TaskCursor next = TaskCursor.START;
    /** Step before the first page of the snapshot was read; {@link #NOTHING_TOLD} before. */
    private long base = NOTHING_TOLD;

    ExperimentWatch(
            WatchExperimentRequest request,
            long term,
            String peer,
            ServerCallStreamObserver<WatchExperimentResponse> observer) {
        super(peer, observer);
        this.id = request.getExperimentId();
        this.term = term;
        this.events = request.getForm() == WatchForm.WATCH_FORM_EVENTS;
        this.filter =
                new TaskFilter(events ? new HashSet<>(request.getSnapshotStatesList()) : Set.of(), Set.of(), Set.of());
        if (events && !request.getResumeToken().isEmpty()) {
            WatchToken token = WatchToken.parse(request.getResumeToken(), id);
            if (token.term() == term) {
                step = token.step();
                fresh = true;
            } else {
                reason = SnapshotReason.SNAPSHOT_REASON_OTHER_TERM;
            }
        }
    }

    @Override
    String what() {
        return id;
    }

    String id() {
        return id;
    }

    /** Whether it hears all of an experiment that has ended in one message. */
    boolean tellsAtOnce() {
        return !events;
    }

    /** Up to which step everything was told; empty while the snapshot is being sent. */
    Optional<Long> told() {
        return step == NOTHING_TOLD ? Optional.empty() : Optional.of(step);
    }

    /** Whether it shall hear how the experiment stands though nothing has changed. */
    boolean asksAnyway(Instant now) {
        return fresh || ended || !events && isDue(now);
    }

    /** Sends the next part of the snapshot. False: the dispatcher does not know the experiment. */
    boolean sendSnapshot(Dispatcher dispatcher, Instant now) {
        int most = events ? TASKS_A_MESSAGE : Reads.MOST_TASKS_TOLD;
        Optional<TaskPage> page = Waiting.on(dispatcher.tasks(id, new TaskQuery(filter, false, next, most, true)));
        // After the page: what it says is no older than the page, and what is newer than the page is told again.
        Optional<ExperimentStatus> status = Waiting.on(dispatcher.summary(id));
        if (page.isEmpty() || status.isEmpty()) {
            return false;
        }
        if (base == NOTHING_TOLD) {
            base = page.get().step();
        }
        ended = !isOpen(status.get());
        if (events) {
            send(part(status.get(), page.get().tasks()), now);
            next = page.get().next().orElse(TaskCursor.START);
            if (page.get().next().isEmpty()) {
                step = base;
                sendSnapshotEnd(now);
            }
        } else {
            boolean whole = page.get().next().isEmpty();
            ExperimentStatus.Builder all = status.get().toBuilder().setTasksOmitted(!whole);
            send(
                    WatchExperimentResponse.newBuilder()
                            .setExperiment(whole ? all.addAllTasks(page.get().tasks()) : all)
                            .build(),
                    now);
            step = base;
        }
        return true;
    }

    private WatchExperimentResponse part(ExperimentStatus status, List<TaskStatus> tasks) {
        return WatchExperimentResponse.newBuilder()
                .setSnapshot(WatchSnapshot.newBuilder()
                        .setExperiment(status)
                        .addAllTasks(tasks)
                        .setReason(reason))
                .build();
    }

    private void sendSnapshotEnd(Instant now) {
        send(
                withToken(
                        WatchExperimentResponse.newBuilder().setSnapshotEnd(WatchSnapshotEnd.getDefaultInstance()),
                        base),
                now);
    }

    private WatchExperimentResponse withToken(WatchExperimentResponse.Builder message, long upTo) {
        return message.setResumeToken(new WatchToken(term, Math.max(0, upTo), id).text())
                .build();
    }

    /**
     * Sends what it has not been told, as long as it takes messages; ends when the experiment has ended and all is told.
     *
     * @param change of the experiment since a step up to which all was told, or an earlier one
     */
    void sendChanges(ExperimentChange change, Instant now) {
        List<ChangedTask> untold =
                change.tasks().stream().filter(task -> task.step() > step).toList();
        boolean nothing = untold.isEmpty() && change.step() <= step;
        ended = false;
        if (nothing && (fresh || isDue(now) && !events)) {
            send(changes(change.experiment(), List.of(), step), now);
        }
        fresh = false;
        while (!nothing && isReady()) {
            int end = Math.min(TASKS_A_MESSAGE, untold.size());
            boolean all = end == untold.size();
            long upTo = all ? change.step() : untold.get(end - 1).step();
            send(changes(change.experiment(), untold.subList(0, end), upTo), now);
            step = upTo;
            untold = untold.subList(end, untold.size());
            nothing = all;
        }
        if (nothing && !isOpen(change.experiment())) {
            complete();
        }
    }

    private WatchExperimentResponse changes(ExperimentStatus experiment, List<ChangedTask> tasks, long upTo) {
        List<TaskStatus> told =
                new ArrayList<>(tasks.stream().map(ChangedTask::task).toList());
        told.sort(Comparator.comparingInt(TaskStatus::getPlace));
        return events
                ? withToken(
                        WatchExperimentResponse.newBuilder()
                                .setChanges(WatchChanges.newBuilder()
                                        .setExperiment(experiment)
                                        .addAllTasks(told)),
                        upTo)
                : WatchExperimentResponse.newBuilder()
                        .setExperiment(experiment)
                        .addAllChangedTasks(told)
                        .build();
    }

    /** Says that nothing has changed, when it has heard nothing for long. */
    void sendHeartbeat(Instant now) {
        if (events && isDue(now)) {
            send(
                    withToken(
                            WatchExperimentResponse.newBuilder().setHeartbeat(WatchHeartbeat.getDefaultInstance()),
                            step),
                    now);
        }
    }

    /** Sends the next part of an experiment that has ended and is not the dispatcher's any more; ends after the last. */
    void sendEnded(ExperimentStatus ended, Instant now) {
        if (!events) {
            send(
                    WatchExperimentResponse.newBuilder()
                            .setExperiment(brief(ended))
                            .build(),
                    now);
            complete();
            return;
        }
        if (step != NOTHING_TOLD) {
            // Which of its tasks changed since nobody knows any more.
            step = NOTHING_TOLD;
            reason = SnapshotReason.SNAPSHOT_REASON_OUTDATED;
        }
        if (base != NOTHING_TOLD) {
            // It was in the middle of a snapshot of the dispatcher's.
            base = NOTHING_TOLD;
            next = TaskCursor.START;
        }
        List<TaskStatus> tasks =
                ended.getTasksList().stream().filter(filter::matches).toList();
        ExperimentStatus status = ended.toBuilder()
                .clearTasks()
                .setTasksOmitted(ended.getTasksCount() > 0)
                .build();
        boolean last = false;
        while (!last && isReady()) {
            int end = Math.min(next.place() + TASKS_A_MESSAGE, tasks.size());
            send(part(status, tasks.subList(next.place(), end)), now);
            next = new TaskCursor(end, -1);
            last = end == tasks.size();
        }
        if (last) {
            send(
                    WatchExperimentResponse.newBuilder()
                            .setSnapshotEnd(WatchSnapshotEnd.getDefaultInstance())
                            .build(),
                    now);
            complete();
        }
    }

    private static ExperimentStatus brief(ExperimentStatus ended) {
        return ended.getTasksCount() <= Reads.MOST_TASKS_TOLD
                ? ended
                : ended.toBuilder().clearTasks().setTasksOmitted(true).build();
    }

    /** Whether more of it may happen. */
    static boolean isOpen(ExperimentStatus experiment) {
        return Ends.isRunning(experiment);
    }
}
