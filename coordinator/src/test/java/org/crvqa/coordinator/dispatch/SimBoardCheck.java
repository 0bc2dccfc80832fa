package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_FAILED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.coordinator.v1.TaskState;

/** Compares what a coordinator believes with the truth, after each of its turns. */
final class SimBoardCheck {
    private final SimStore store;
    private final SimJudge judge;
    /** How long a worker has been well that a task should have been tried on. */
    private static final long WELL = 60_000;

    private final List<SimWorker> workers;
    private final Map<Task, TaskState> before = new HashMap<>();

    /** To look at everything takes long, and what is kept wrong stays wrong. */
    private static final int TURNS_PER_COMPARISON = 20;

    private int turns;

    /** What runs a task, or ran it last. */
    private final Map<Task, Attempt> ran = new HashMap<>();

    /** Attempts that this coordinator saw end without a result. */
    private final Map<Task, Integer> ended = new HashMap<>();

    SimBoardCheck(SimStore store, List<SimWorker> workers, SimJudge judge) {
        this.workers = workers;
        this.store = store;
        this.judge = judge;
    }

    void check(SimCoordinator coordinator) {
        TaskBoard board = coordinator.dispatcher.board;
        for (Task task : board.tasks()) {
            state(task);
            TaskState earlier = before.put(task, task.state);
            if (earlier != task.state && earlier != null) {
                moved(coordinator, task, earlier);
            }
            if (task.current != null) {
                ran.put(task, task.current);
            }
            recorded(task);
        }
        slots(coordinator);
        board.experiments().values().forEach(this::experiment);
        if (++turns % TURNS_PER_COMPARISON == 0) {
            BoardOracle.compare(board).ifPresent(judge::violated);
        }
    }

    private void state(Task task) {
        switch (task.state) {
            case TASK_STATE_PLANNED ->
                unless(
                        task.inputs.stream().anyMatch(input -> !input.ended()) && task.isNeeded(),
                        task,
                        "waits for nothing");
            case TASK_STATE_READY ->
                unless(
                        task.isNeeded() && task.inputs.stream().allMatch(input -> input.state == TASK_STATE_DONE),
                        task,
                        "is ready without need or without inputs");
            case TASK_STATE_RUNNING ->
                unless(
                        task.current != null
                                && task.current.call != null
                                && task.current.worker.attempt == task.current,
                        task,
                        "is said to run where nobody listens");
            case TASK_STATE_DONE, TASK_STATE_FAILED, TASK_STATE_CANCELLED ->
                unless(task.current == null, task, "has ended and is still assigned");
            case TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> unless(false, task, "has no state");
        }
        unless(
                task.troubles.charged() <= judge.chargedSoFar(task.key().hex()),
                task,
                "is charged for what is not its failure");
    }

    /** What was seen to end is in the store before anything follows it. */
    private void recorded(Task task) {
        int number = ended.getOrDefault(task, 0);
        boolean goesOn = task.current != null && task.current.number() > number;
        unless(
                number == 0
                        || !goesOn
                        || store.truth("tasks/" + task.key() + "/attempts/" + number + ".outcome.json")
                                .isPresent(),
                task,
                "is tried again, and how attempt " + number + " ended is not in the store");
    }

    private boolean alone(SimCoordinator coordinator, Task task) {
        for (SimWorker worker : workers) {
            boolean could = worker.kind == SimOrderCheck.KINDS.get(task.plan.kind())
                    && !judge.witnesses(task.key().hex()).contains(worker.name)
                    && worker.steadyFor(WELL)
                    && coordinator
                            .slot(worker)
                            .filter(slot -> slot.usable(coordinator.now()))
                            .isPresent();
            if (could && coordinator.process.awakeFor(WELL)) {
                return false;
            }
        }
        return true;
    }

    private void moved(SimCoordinator coordinator, Task task, TaskState from) {
        unless(from != TASK_STATE_DONE, task, "was done and is not any more");
        switch (task.state) {
            case TASK_STATE_DONE ->
                unless(
                        store.truth("artifacts/" + task.key() + "/manifest.json")
                                .isPresent(),
                        task,
                        "is said to be done without a manifest");
            case TASK_STATE_FAILED ->
                unless(
                        judge.mayFail(task.key().hex(), alone(coordinator, task)),
                        task,
                        "was given up, but neither was it a user's error nor did it fail often");
            case TASK_STATE_CANCELLED ->
                unless(
                        !task.isNeeded()
                                || task.inputs.stream()
                                        .anyMatch(input -> input.state == TASK_STATE_FAILED
                                                || input.state == TASK_STATE_CANCELLED),
                        task,
                        "was cancelled though somebody needs it");
            case TASK_STATE_RUNNING -> {
                if (task.current.number() == ended.getOrDefault(task, 0)) {
                    // Its worker was found to go on: it has not ended after all.
                    ended.remove(task);
                }
                unless(from != TASK_STATE_FAILED && from != TASK_STATE_PLANNED, task, "runs, and was " + from);
            }
            case TASK_STATE_READY ->
                ended.put(task, from == TASK_STATE_RUNNING ? ran.get(task).number() : 0);
            case TASK_STATE_PLANNED, TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    private void slots(SimCoordinator coordinator) {
        Set<Task> assigned = new HashSet<>();
        for (WorkerSlot slot : coordinator.dispatcher.roster.all()) {
            Attempt attempt = slot.attempt;
            if (attempt != null) {
                unless(attempt.task.current == attempt, attempt.task, "is assigned to a worker that it left");
                unless(assigned.add(attempt.task), attempt.task, "is assigned to two workers at once");
            }
        }
        for (Task task : coordinator.dispatcher.board.tasks()) {
            unless(task.current == null || assigned.contains(task), task, "is assigned to a worker that does not know");
        }
    }

    private void experiment(ExperimentEntry entry) {
        for (TaskPlace member : entry.members) {
            unless(
                    member.entry == entry && member.task.places.contains(member),
                    member.task,
                    "does not know that it is in experiment " + entry.id());
        }
    }

    private void unless(boolean holds, Task task, String otherwise) {
        if (!holds) {
            judge.violated("Task " + task.plan.label() + " (" + task.key().abbreviated() + ", " + task.state + ") "
                    + otherwise);
        }
    }
}
