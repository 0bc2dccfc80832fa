package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_FAILED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.attempt.Making;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.TaskFailure;
import org.jboss.logging.Logger;

/**
 * All experiments and tasks, each task once, and how one's end moves the others. What anybody wants to know of many tasks
 * (counts, who is next, what is new) is kept with every change and never searched. Owned by the event loop.
 */
final class TaskBoard {
    private static final Logger LOG = Logger.getLogger(TaskBoard.class);
    private static final String KEY = "[0-9a-f]{64}";

    private final Clock clock;
    private final ReadyQueue queue;
    private final Map<String, ExperimentEntry> experiments = new HashMap<>();
    private final NavigableMap<ExperimentAge, ExperimentEntry> byAge = new TreeMap<>();
    private final Map<ArtifactKey, Task> tasks = new HashMap<>();
    private final TaskCounts counts = new TaskCounts();
    private final EntryOrder order = new EntryOrder();
    private long step;
    private int arrived;
    /** What is being taken happened some time ago. */
    private boolean taking;

    /** {@code lossesWithoutProgress}: as in {@link DispatchSettings}. */
    TaskBoard(Clock clock, int lossesWithoutProgress) {
        this.clock = clock;
        this.queue = new ReadyQueue(clock, lossesWithoutProgress);
    }

    /** A number that grows with everything that happens. */
    long nextStep() {
        return ++step;
    }

    Map<String, ExperimentEntry> experiments() {
        return experiments;
    }

    Collection<ExperimentEntry> newestFirst() {
        return byAge.descendingMap().values();
    }

    /** The next younger one than the experiment with this id; the oldest when there is no such experiment. */
    Optional<ExperimentEntry> after(String id) {
        ExperimentEntry known = experiments.get(id);
        return Optional.ofNullable(known == null ? byAge.firstEntry() : byAge.higherEntry(known.age()))
                .map(Map.Entry::getValue);
    }

    Collection<Task> tasks() {
        return tasks.values();
    }

    Optional<Task> task(String key) {
        return key.matches(KEY) ? Optional.ofNullable(tasks.get(new ArtifactKey(key))) : Optional.empty();
    }

    /** Of all tasks. */
    TaskCounts counts() {
        return counts;
    }

    /** Which ready tasks are next. */
    ReadyQueue queue() {
        return queue;
    }

    /** Adds an experiment unless it is known. An empty plan: the one that it has cannot be read. */
    void add(StoredExperiment stored, Optional<Plan> plan, Map<ArtifactKey, TaskHistory> histories) {
        add(stored, plan, plan.map(BoardTask::of).orElse(List.of()), histories, Settings.NONE);
    }

    /** {@code prepared}: what {@link BoardTask#of(Plan)} made of the plan; {@code settings}: what was set for it. */
    void add(
            StoredExperiment stored,
            Optional<Plan> plan,
            List<BoardTask> prepared,
            Map<ArtifactKey, TaskHistory> histories,
            Settings settings) {
        if (experiments.containsKey(stored.id())) {
            return;
        }
        List<PlanTask> planned = plan.map(Plan::tasks).orElse(List.of());
        ExperimentEntry entry = new ExperimentEntry(stored);
        entry.settings = settings;
        changed(entry);
        experiments.put(stored.id(), entry);
        byAge.put(entry.age(), entry);
        if (stored.cancelled()) {
            entry.ended = Optional.of(entry.summary(ExperimentState.EXPERIMENT_STATE_CANCELLED));
        }
        entry.settling = true;
        taking = true;
        try {
            for (int place = 0; place < planned.size(); place++) {
                PlanTask task = planned.get(place);
                TaskHistory history = histories.getOrDefault(task.key(), TaskHistory.NONE);
                settle(join(entry, task, prepared.get(place), history), history);
            }
        } finally {
            taking = false;
        }
        entry.settling = false;
        if (stored.cancelled()) {
            end(entry, ExperimentState.EXPERIMENT_STATE_CANCELLED);
        } else if (plan.isEmpty()) {
            end(entry, ExperimentState.EXPERIMENT_STATE_FAILED);
        } else {
            endIfOver(entry);
        }
    }

    private Task join(ExperimentEntry entry, PlanTask planned, BoardTask prepared, TaskHistory history) {
        Task task = tasks.get(planned.key());
        if (task == null) {
            List<Task> inputs = planned.dependsOn().stream().map(tasks::get).toList();
            Task arrives = new Task(prepared, ++arrived, inputs, history);
            inputs.forEach(input -> input.dependants = Task.with(input.dependants, arrives));
            tasks.put(arrives.key(), arrives);
            counts.add(arrives);
            task = arrives;
        }
        TaskPlace member = new TaskPlace(task, entry, entry.members.size());
        entry.members.add(member);
        entry.counts.add(task);
        entry.index.add(member);
        entry.changes.add(member);
        if (task.beganMillis > 0) {
            entry.began(task.beganMillis);
        }
        task.places = Task.with(task.places, member);
        queue.occupied(member, task.current != null);
        touch(task);
        return task;
    }

    /** Finds the state of a task that is new, or that another experiment now needs too. */
    void settle(Task task, TaskHistory history) {
        if (task.state == TASK_STATE_CANCELLED && task.isNeeded()) {
            move(task, TASK_STATE_PLANNED, "");
        }
        if (task.state == TASK_STATE_PLANNED || task.state == TASK_STATE_READY) {
            if (history.done() && task.current == null) {
                done(task, history.made());
            } else if (!task.isNeeded()) {
                move(task, TASK_STATE_CANCELLED, "cancelled");
            } else if (task.state == TASK_STATE_PLANNED) {
                await(task);
                if (history.quarantined() && task.state == TASK_STATE_READY) {
                    fail(task, history.failure().orElseThrow());
                }
            }
        }
    }

    /** Moves a planned task on when its inputs allow it, or ends it when they never will. */
    private void await(Task task) {
        if (task.state != TASK_STATE_PLANNED) {
            return;
        }
        Optional<Task> hopeless = task.inputs.stream()
                .filter(input -> input.state == TASK_STATE_FAILED || input.state == TASK_STATE_CANCELLED)
                .findFirst();
        if (hopeless.isPresent()) {
            move(
                    task,
                    TASK_STATE_CANCELLED,
                    "never runs: " + hopeless.get().plan.label() + " did not succeed");
            task.dependants.forEach(this::await);
        } else if (task.inputs.stream().allMatch(input -> input.state == TASK_STATE_DONE)) {
            task.readySince = clock.instant();
            move(task, TASK_STATE_READY, "");
        }
    }

    /** The artifact exists. */
    void done(Task task, Manifest manifest) {
        done(task, Making.of(manifest));
    }

    private void done(Task task, Optional<Making> making) {
        if (task.state == TASK_STATE_PLANNED) {
            move(task, TASK_STATE_READY, "");
        }
        TaskLifecycle.check(task.state, TASK_STATE_DONE);
        task.endedMillis = taking ? 0 : clock.millis();
        task.finished(making);
        began(task);
        move(task, TASK_STATE_DONE, "");
        task.dependants.forEach(this::await);
    }

    /** An attempt at it has begun. */
    void began(Task task) {
        if (task.beganMillis > 0) {
            task.places.forEach(member -> member.entry.began(task.beganMillis));
        }
    }

    /** It will never succeed; what reads it never runs, everything else goes on. */
    void fail(Task task, TaskFailure failure) {
        task.failure = Optional.of(failure);
        move(task, TASK_STATE_FAILED, "");
        task.dependants.forEach(this::await);
    }

    /**
     * Ends an experiment, unless it has ended, and returns the tasks that ran for it alone; the caller stops them.
     */
    List<Task> cancel(String id) {
        ExperimentEntry entry = experiments.get(id);
        List<Task> stopped = new ArrayList<>();
        if (entry == null || entry.ended.isPresent()) {
            return stopped;
        }
        entry.ended = Optional.of(entry.summary(ExperimentState.EXPERIMENT_STATE_CANCELLED));
        changed(entry);
        queue.file(entry);
        for (TaskPlace member : entry.members) {
            Task task = member.task;
            if (!task.isNeeded() && !task.ended()) {
                move(task, TASK_STATE_CANCELLED, "cancelled");
                stopped.add(task);
            } else if (!task.ended()) {
                // It goes on for another experiment, and looks cancelled in this one.
                touch(task);
            }
        }
        end(entry, ExperimentState.EXPERIMENT_STATE_CANCELLED);
        return stopped;
    }

    /** Tasks of an experiment that failed, with their latest attempt. */
    Map<ArtifactKey, Integer> failed(String id) {
        Map<ArtifactKey, Integer> failed = new LinkedHashMap<>();
        Optional.ofNullable(experiments.get(id)).map(entry -> entry.members).orElse(List.of()).stream()
                .map(member -> member.task)
                .filter(task -> task.state == TASK_STATE_FAILED)
                .forEach(task -> failed.put(task.key(), task.attempts));
        return failed;
    }

    /** An experiment that has ended needs its tasks again. */
    void reopen(ExperimentEntry entry) {
        boolean looked = entry.cancelled();
        entry.ended = Optional.empty();
        entry.endedMillis = 0;
        changed(entry);
        queue.file(entry);
        if (looked) {
            entry.members.stream()
                    .map(member -> member.task)
                    .filter(task -> !task.ended())
                    .forEach(this::touch);
        }
    }

    /** What was set for an experiment. One that is paused gives nothing out any more, until it is not. */
    void set(ExperimentEntry entry, Settings settings) {
        boolean files = entry.settings.paused() != settings.paused();
        queue.rank(entry, () -> entry.settings = settings);
        if (files) {
            queue.file(entry);
        }
        changed(entry);
    }

    private void changed(ExperimentEntry entry) {
        entry.changed = nextStep();
        noted(entry);
    }

    private void noted(ExperimentEntry entry) {
        entry.changedMillis = clock.millis();
        order.changed(entry);
    }

    /** Experiments of which something changed after a step, newest first. */
    List<ExperimentEntry> changedSince(long since) {
        return order.since(since);
    }

    /** The latest step at which anything happened. */
    long latestStep() {
        return step;
    }

    /** Ends an experiment of which nothing is left to run. */
    void endIfOver(ExperimentEntry entry) {
        if (entry.ended.isEmpty() && !entry.settling && entry.counts.open() == 0) {
            boolean succeeded = entry.counts.in(TASK_STATE_DONE) == entry.counts.total();
            end(
                    entry,
                    succeeded ? ExperimentState.EXPERIMENT_STATE_SUCCEEDED : ExperimentState.EXPERIMENT_STATE_FAILED);
        }
    }

    private void end(ExperimentEntry entry, ExperimentState state) {
        entry.ended = Optional.of(entry.summary(state));
        entry.endedMillis = taking ? 0 : clock.millis();
        changed(entry);
    }

    /** Notes what is about to run a task. */
    void occupy(Task task, Attempt attempt) {
        task.current = attempt;
        queue.occupied(task, true);
    }

    /** Notes that nothing runs a task any more. */
    void free(Task task) {
        task.current = null;
        task.progress = Optional.empty();
        queue.occupied(task, false);
    }

    void move(Task task, TaskState to, String note) {
        TaskLifecycle.check(task.state, to);
        counted(task, counts -> counts.remove(task));
        task.places.forEach(member -> member.entry.index.remove(member));
        if (to != TASK_STATE_DONE) {
            task.endedMillis = TaskLifecycle.ended(to) && !taking ? clock.millis() : 0;
        }
        task.state = to;
        task.note = note;
        counted(task, counts -> counts.add(task));
        task.places.forEach(member -> member.entry.index.add(member));
        touch(task);
        if (task.ended()) {
            task.places.forEach(member -> endIfOver(member.entry));
        }
    }

    /** Something of a task has changed. */
    void touch(Task task) {
        task.changed = nextStep();
        for (TaskPlace member : task.places) {
            member.entry.changes.moved(member);
            noted(member.entry);
        }
        queue.file(task);
    }

    /** Counts an experiment's tasks anew, and says in the log when that comes to something else. */
    void recount(ExperimentEntry entry) {
        TaskCounts counted = new TaskCounts();
        entry.members.forEach(member -> counted.add(member.task));
        if (!entry.counts.agrees(counted)) {
            LOG.errorf("A defect: experiment %s counts %s, and has %s", entry.id(), entry.counts, counted);
            entry.counts = counted;
            endIfOver(entry);
        }
        if (!entry.index.agrees(counted)) {
            LOG.errorf("A defect: experiment %s finds its tasks by state wrongly; they are filed anew", entry.id());
            entry.index = new TaskIndex();
            entry.members.forEach(entry.index::add);
        }
    }

    /**
     * Forgets an experiment that has ended, with the tasks that no other one contains. False when it is not known, runs, or
     * is still waited for by a worker.
     */
    boolean forget(String id) {
        ExperimentEntry entry = experiments.get(id);
        if (entry == null || entry.needsTasks() || entry.members.stream().anyMatch(TaskBoard::isLastOfARunningTask)) {
            return false;
        }
        experiments.remove(id);
        byAge.remove(entry.age());
        order.remove(entry);
        Set<Task> kept = new HashSet<>();
        for (TaskPlace member : entry.members) {
            Task task = member.task;
            task.places = task.places.stream().filter(other -> other != member).toList();
            if (task.places.isEmpty()) {
                counts.remove(task);
                tasks.remove(task.key());
                kept.addAll(task.inputs);
            }
        }
        // What has not gone itself has lost some that read it.
        for (Task input : kept) {
            input.dependants = input.dependants.stream()
                    .filter(dependant -> !dependant.places.isEmpty())
                    .toList();
        }
        return true;
    }

    private static boolean isLastOfARunningTask(TaskPlace member) {
        return member.task.current != null && member.task.places.size() == 1;
    }

    private void counted(Task task, Consumer<TaskCounts> change) {
        change.accept(counts);
        task.places.forEach(member -> change.accept(member.entry.counts));
    }
}
