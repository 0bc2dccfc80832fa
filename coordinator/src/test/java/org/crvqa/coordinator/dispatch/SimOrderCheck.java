package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.WorkerKind;

/**
 * Whether a coordinator is fair, after each of its turns: nothing waits beside an idle worker, and nobody was served
 * while somebody of higher priority, or of equal priority with fewer workers, was waiting.
 */
final class SimOrderCheck {
    /** Longest that a ready task may wait while a worker that is well has nothing to do. */
    static final long LONGEST_WAIT = 30_000;

    /** By then a coordinator knows what a worker does. */
    private static final long LONG_KNOWN = 10_000;

    static final Map<TaskKind, WorkerKind> KINDS = Map.of(
            TaskKind.TASK_KIND_TRAIN, WorkerKind.WORKER_KIND_TRAINER,
            TaskKind.TASK_KIND_PRUNE, WorkerKind.WORKER_KIND_PRUNER,
            TaskKind.TASK_KIND_EVALUATE, WorkerKind.WORKER_KIND_EVALUATOR);

    private final SimTime time;
    private final SimMembers members;
    private final List<SimWorker> workers;
    private final SimJudge judge;
    private final SimClient client;
    /** When a task was last seen of which nothing may be given out. */
    private final Map<Task, Long> pausedAt = new HashMap<>();

    private final Map<String, Long> idleSince = new HashMap<>();
    private Set<Attempt> before = Set.of();

    SimOrderCheck(SimTime time, SimMembers members, SimJudge judge, SimClient client) {
        this.client = client;
        this.time = time;
        this.members = members;
        this.workers = members.workers;
        this.judge = judge;
    }

    void check(SimCoordinator coordinator) {
        Instant now = time.clock(Duration.ZERO).instant();
        Map<TaskKind, List<Task>> waiting = new HashMap<>();
        for (Task task : coordinator.dispatcher.board.tasks()) {
            if (task.isPaused()) {
                pausedAt.put(task, time.now());
            } else if (task.state == TASK_STATE_READY && task.current == null && !task.notBefore.isAfter(now)) {
                waiting.computeIfAbsent(task.plan.kind(), unused -> new ArrayList<>())
                        .add(task);
            }
        }
        idle(coordinator);
        waiting.forEach((kind, tasks) -> starving(coordinator, kind, tasks, now));
        fair(coordinator, waiting);
    }

    private void idle(SimCoordinator coordinator) {
        for (SimWorker worker : workers) {
            boolean idle = worker.current == null
                    && worker.steadyFor(0)
                    && coordinator
                            .slot(worker)
                            .filter(slot -> slot.takesWork() && slot.attempt == null)
                            .filter(slot -> slot.member().address().equals(worker.address))
                            .isPresent();
            if (idle) {
                idleSince.putIfAbsent(worker.name, time.now());
            } else {
                idleSince.remove(worker.name);
            }
        }
    }

    private void starving(SimCoordinator coordinator, TaskKind kind, List<Task> tasks, Instant now) {
        boolean steady = coordinator.process.alive() && time.now() - coordinator.steadySince() > LONGEST_WAIT;
        for (Task task : tasks) {
            boolean idle = steady
                    && workers.stream()
                            .filter(worker -> worker.kind == KINDS.get(kind) && worker.steadyFor(LONGEST_WAIT))
                            .filter(worker -> mayGet(coordinator, worker, task, now))
                            .anyMatch(worker ->
                                    time.now() - idleSince.getOrDefault(worker.name, time.now()) > LONGEST_WAIT);
            Instant due = task.notBefore.isAfter(task.readySince) ? task.notBefore : task.readySince;
            boolean justResumed = time.now() - pausedAt.getOrDefault(task, -LONGEST_WAIT) < LONGEST_WAIT;
            if (idle && !justResumed && Duration.between(due, now).toMillis() > LONGEST_WAIT) {
                judge.violated("Task " + task.plan.label() + " has been waiting since " + due
                        + " beside an idle worker that is well");
            }
        }
    }

    /** A worker that is set aside gets nothing, and a task waits for a better one than that on which it often failed. */
    private boolean mayGet(SimCoordinator coordinator, SimWorker worker, Task task, Instant now) {
        Optional<WorkerSlot> found = coordinator.slot(worker);
        if (found.isEmpty()) {
            return false;
        }
        WorkerSlot slot = found.get();
        boolean longFree = slot.aside(now.minusMillis(LONGEST_WAIT)).isEmpty()
                && slot.aside(now).isEmpty();
        return longFree && !task.troubles.isTooMuch(worker.name);
    }

    private void fair(SimCoordinator coordinator, Map<TaskKind, List<Task>> waiting) {
        Set<Attempt> attempts = new HashSet<>();
        Map<Attempt, Task> served = new HashMap<>();
        for (WorkerSlot slot : coordinator.dispatcher.roster.all()) {
            if (slot.attempt != null) {
                attempts.add(slot.attempt);
                // What has a call already was found running, not chosen.
                if (!before.contains(slot.attempt) && slot.attempt.call == null) {
                    served.put(slot.attempt, slot.attempt.task);
                }
            }
        }
        before = attempts;
        served.values().forEach(task -> alreadyAtWork(coordinator, task));
        served.values().forEach(task -> paused(coordinator, task));
        served.forEach((attempt, task) -> {
            for (Task passed : waiting.getOrDefault(task.plan.kind(), List.of())) {
                // Waits for the answer of the worker that had it last, or for one on which it did better.
                if (!passed.awaitsAnswer() && !passed.troubles.isTooMuch(attempt.worker.name())) {
                    compare(task, passed, served);
                }
            }
        });
    }

    /** Whoever is well and at work has been asked, and is listened to again rather than left. */
    private void alreadyAtWork(SimCoordinator coordinator, Task task) {
        for (SimWorker worker : workers) {
            if (coordinator.process.awakeFor(LONG_KNOWN)
                    && members.rightFor(LONG_KNOWN)
                    && worker.steadyFor(LONG_KNOWN)
                    && worker.worksOn(task.key().hex(), LONG_KNOWN)) {
                judge.violated(task.plan.label() + " is given out again while " + worker.name
                        + ", which is well, works on it");
            }
        }
    }

    /** Whoever leads since a pause was acknowledged, or learnt of it, gives nothing out of it. */
    private void paused(SimCoordinator coordinator, Task task) {
        List<ExperimentEntry> needed = task.places.stream()
                .map(member -> member.entry)
                .filter(ExperimentEntry::needsTasks)
                .toList();
        if (coordinator.leads() && needed.stream().allMatch(entry -> client.knowsPaused(entry.id()))) {
            judge.violated(task.plan.label() + " is given out, though whatever needs it is paused");
        }
    }

    private void compare(Task task, Task passed, Map<Attempt, Task> served) {
        if (needed(task).size() != 1 || needed(passed).size() != 1) {
            return;
        }
        ExperimentEntry winner = needed(task).get(0);
        ExperimentEntry loser = needed(passed).get(0);
        int higher = client.priorities.get(loser.stored.id()) - client.priorities.get(winner.stored.id());
        TaskKind kind = task.plan.kind();
        long shared = served.values().stream()
                .filter(other -> needed(other).size() > 1 && other.plan.kind() == kind)
                .count();
        if (higher > 0 || higher == 0 && running(winner, kind) - shared > running(loser, kind) + 1) {
            judge.violated(task.plan.label() + " of " + winner.stored.id() + " (" + running(winner, kind)
                    + " running) was served before " + passed.plan.label() + " of " + loser.stored.id() + " ("
                    + running(loser, kind) + " running, priority higher by " + higher + ")");
        }
    }

    private static List<ExperimentEntry> needed(Task task) {
        return task.places.stream()
                .map(member -> member.entry)
                .filter(ExperimentEntry::givesOut)
                .toList();
    }

    private static long running(ExperimentEntry entry, TaskKind kind) {
        return entry.tasks().stream()
                .filter(task -> task.current != null && task.plan.kind() == kind)
                .count();
    }
}
