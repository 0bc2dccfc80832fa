package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.jspecify.annotations.Nullable;

/**
 * An experiment and its tasks. An experiment that has ended needs no task any more, and stays as it
 * ended until somebody retries it. Owned by the event loop.
 */
final class ExperimentEntry {
    final StoredExperiment stored;
    /** In the order of the plan. */
    final List<TaskPlace> members = new ArrayList<>();

    TaskCounts counts = new TaskCounts();
    TaskIndex index = new TaskIndex();
    final ChangeOrder changes = new ChangeOrder();
    /** Its tasks that are on their way to a worker or running there. */
    final Set<Task> occupied = new LinkedHashSet<>();

    /** How it ended; empty while it runs. */
    Optional<EndedSummary> ended = Optional.empty();
    /** Its tasks are being looked at one by one: that none is left says nothing yet. */
    boolean settling;
    /** Step at which the experiment itself, not a task, changed last. */
    long changed;
    /** What was set for it. */
    Settings settings = Settings.NONE;

    /** When the first attempt at one of its tasks began, when it ended, and when it changed, in ms since 1970; 0: not known. */
    long beganMillis;

    long endedMillis;
    long changedMillis;

    /** Neighbours in the order of their latest change; see {@link EntryOrder}. */
    @Nullable
    ExperimentEntry older;

    @Nullable
    ExperimentEntry newer;

    private final int[] running = new int[TaskKind.values().length];
    /** Step at which one of its tasks was last given to a worker, by kind of task. */
    private final long[] lastServed = new long[TaskKind.values().length];
    /** Places of the tasks that may be given out now. */
    private final Map<TaskKind, BitSet> offered = new EnumMap<>(TaskKind.class);

    ExperimentEntry(StoredExperiment stored) {
        this.stored = stored;
        Arrays.fill(lastServed, -1);
    }

    String id() {
        return stored.id();
    }

    ExperimentAge age() {
        return new ExperimentAge(stored.submitted(), stored.id());
    }

    List<Task> tasks() {
        return members.stream().map(member -> member.task).toList();
    }

    boolean cancelled() {
        return state() == ExperimentState.EXPERIMENT_STATE_CANCELLED;
    }

    ExperimentState state() {
        return ended.map(EndedSummary::state)
                .orElse(
                        settings.paused()
                                ? ExperimentState.EXPERIMENT_STATE_PAUSED
                                : ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    /** Whether its tasks have to be run, now or when a pause has ended. */
    boolean needsTasks() {
        return ended.isEmpty();
    }

    /** Whether its tasks may be given out. */
    boolean givesOut() {
        return needsTasks() && !settings.paused();
    }

    int priority() {
        return settings.priority().orElse(stored.experiment().getPriority());
    }

    /** An attempt at one of its tasks began. What others did before it was submitted is not its own. */
    void began(long millis) {
        if (millis >= stored.submitted().toEpochMilli() && (beganMillis == 0 || millis < beganMillis)) {
            beganMillis = millis;
        }
    }

    /** What it comes to now that every task has ended. */
    EndedSummary summary(ExperimentState state) {
        return new EndedSummary(
                state,
                counts.total(),
                counts.in(TaskState.TASK_STATE_DONE),
                counts.in(TaskState.TASK_STATE_FAILED),
                counts.in(TaskState.TASK_STATE_CANCELLED));
    }

    /** How many workers of a kind it occupies. */
    int running(TaskKind kind) {
        return running[kind.getNumber()];
    }

    void occupy(Task task, boolean is) {
        if (is ? occupied.add(task) : occupied.remove(task)) {
            running[task.plan.kind().getNumber()] += is ? 1 : -1;
        }
    }

    long lastServed(TaskKind kind) {
        return lastServed[kind.getNumber()];
    }

    void served(TaskKind kind, long step) {
        lastServed[kind.getNumber()] = step;
    }

    /** Whether one of its tasks of a kind may be given out now. */
    boolean offers(TaskKind kind) {
        BitSet places = offered.get(kind);
        return places != null && !places.isEmpty();
    }

    /** The task that it offers first. To be called when it {@link #offers} one. */
    Task first(TaskKind kind) {
        return members.get(offered.get(kind).nextSetBit(0)).task;
    }

    void offer(TaskPlace member, boolean is) {
        offered.computeIfAbsent(member.task.plan.kind(), unused -> new BitSet()).set(member.place, is);
    }

    long latestChange() {
        return Math.max(changed, changes.latest());
    }
}
