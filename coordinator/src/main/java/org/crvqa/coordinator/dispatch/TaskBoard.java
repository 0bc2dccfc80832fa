package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_FAILED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.plan.PlanTask;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.task.v1.TaskFailure;

/** All experiments and tasks, each task once, and how one's end moves the others. Owned by the event loop. */
final class TaskBoard {
    private final Clock clock;
    private final Map<String, ExperimentEntry> experiments = new LinkedHashMap<>();
    private final Map<ArtifactKey, Task> tasks = new LinkedHashMap<>();
    private long step;

    TaskBoard(Clock clock) {
        this.clock = clock;
    }

    /** A number that grows with everything that happens. */
    long nextStep() {
        return ++step;
    }

    Map<String, ExperimentEntry> experiments() {
        return experiments;
    }

    Collection<Task> tasks() {
        return tasks.values();
    }

    Optional<Task> task(String key) {
        return tasks.values().stream()
                .filter(task -> task.key().hex().equals(key))
                .findFirst();
    }

    /** Adds an experiment unless it is known. An empty plan: the one that it has cannot be read. */
    void add(StoredExperiment stored, Optional<Plan> plan, Map<ArtifactKey, TaskHistory> histories) {
        if (experiments.containsKey(stored.id())) {
            return;
        }
        ExperimentEntry entry = new ExperimentEntry(stored, plan.isEmpty());
        entry.changed = nextStep();
        experiments.put(stored.id(), entry);
        for (PlanTask planned : plan.map(Plan::tasks).orElse(List.of())) {
            TaskHistory history = histories.getOrDefault(planned.key(), TaskHistory.NONE);
            Task task = tasks.computeIfAbsent(planned.key(), key -> link(new Task(planned, history)));
            entry.tasks.add(task);
            if (!entry.cancelled) {
                task.neededBy.add(stored.id());
            }
            settle(task, history);
        }
    }

    private Task link(Task task) {
        for (ArtifactKey input : task.plan.dependsOn()) {
            Task from = tasks.get(input);
            task.inputs.add(from);
            from.dependants.add(task);
        }
        return task;
    }

    /** Finds the state of a task that is new, or that another experiment now needs too. */
    private void settle(Task task, TaskHistory history) {
        if (task.state == TASK_STATE_CANCELLED && !task.neededBy.isEmpty()) {
            move(task, TASK_STATE_PLANNED, "");
        }
        if (task.state == TASK_STATE_PLANNED || task.state == TASK_STATE_READY) {
            if (history.manifest().isPresent() && task.current == null) {
                done(task, history.manifest().get());
            } else if (task.neededBy.isEmpty()) {
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
        if (task.state == TASK_STATE_PLANNED) {
            move(task, TASK_STATE_READY, "");
        }
        task.learn(manifest);
        move(task, TASK_STATE_DONE, "");
        task.dependants.forEach(this::await);
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
        if (entry == null || entry.state() != ExperimentState.EXPERIMENT_STATE_RUNNING) {
            return stopped;
        }
        entry.cancelled = true;
        entry.changed = nextStep();
        for (Task task : entry.tasks) {
            task.neededBy.remove(id);
            if (task.neededBy.isEmpty() && !task.ended()) {
                move(task, TASK_STATE_CANCELLED, "cancelled");
                stopped.add(task);
            }
        }
        return stopped;
    }

    /** Tasks of an experiment that failed, with their latest attempt. */
    Map<ArtifactKey, Integer> failed(String id) {
        Map<ArtifactKey, Integer> failed = new LinkedHashMap<>();
        Optional.ofNullable(experiments.get(id)).map(entry -> entry.tasks).orElse(List.of()).stream()
                .filter(task -> task.state == TASK_STATE_FAILED)
                .forEach(task -> failed.put(task.key(), task.attempts));
        return failed;
    }

    /**
     * Gives tasks of an experiment that failed and are pardoned, and those whose artifacts are gone, another run, and puts
     * everything back that waited for them. Returns them; none when the experiment is cancelled or unknown.
     */
    List<Task> retry(String id, Set<ArtifactKey> pardoned, Map<ArtifactKey, TaskHistory> histories) {
        ExperimentEntry entry = experiments.get(id);
        if (entry == null || entry.cancelled) {
            return List.of();
        }
        List<Task> again = entry.tasks.stream()
                .filter(task -> isRetried(task, pardoned, histories))
                .toList();
        again.forEach(task -> {
            task.pardon();
            move(task, TASK_STATE_PLANNED, "retried");
        });
        Set<Task> waiting = new LinkedHashSet<>(again);
        again.forEach(task -> recall(task, waiting));
        waiting.forEach(task -> settle(task, histories.getOrDefault(task.key(), TaskHistory.NONE)));
        entry.changed = nextStep();
        return again;
    }

    private static boolean isRetried(Task task, Set<ArtifactKey> pardoned, Map<ArtifactKey, TaskHistory> histories) {
        TaskHistory history = histories.get(task.key());
        boolean discarded = task.state == TASK_STATE_DONE
                && history != null
                && history.manifest().isEmpty();
        return discarded || (task.state == TASK_STATE_FAILED && pardoned.contains(task.key()));
    }

    /** What waits for a task that runs again waits with it, in whatever experiment. */
    private void recall(Task task, Set<Task> waiting) {
        for (Task dependant : task.dependants) {
            boolean gaveUp = dependant.state == TASK_STATE_CANCELLED && !dependant.neededBy.isEmpty();
            boolean early = dependant.state == TASK_STATE_READY && dependant.current == null;
            if (gaveUp || early) {
                move(dependant, TASK_STATE_PLANNED, "");
            }
            if (gaveUp || early || dependant.state == TASK_STATE_PLANNED) {
                waiting.add(dependant);
                recall(dependant, waiting);
            }
        }
    }

    void move(Task task, TaskState to, String note) {
        TaskLifecycle.check(task.state, to);
        task.state = to;
        task.note = note;
        touch(task);
    }

    void touch(Task task) {
        task.changed = nextStep();
    }
}
