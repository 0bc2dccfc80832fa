package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_CANCELLED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_DONE;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_FAILED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_PLANNED;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.crvqa.coordinator.v1.TaskState;

/** Compares what a coordinator believes with the truth, after each of its turns. */
final class SimBoardCheck {
    private final SimStore store;
    private final SimJudge judge;
    private final Map<Task, TaskState> before = new HashMap<>();

    SimBoardCheck(SimStore store, SimJudge judge) {
        this.store = store;
        this.judge = judge;
    }

    void check(SimCoordinator coordinator) {
        TaskBoard board = coordinator.dispatcher.board;
        for (Task task : board.tasks()) {
            state(task);
            TaskState earlier = before.put(task, task.state);
            if (earlier != task.state && earlier != null) {
                moved(task, earlier);
            }
        }
        slots(coordinator);
        board.experiments().values().forEach(this::experiment);
        BoardOracle.compare(board).ifPresent(judge::violated);
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

    private void moved(Task task, TaskState from) {
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
                        judge.mayFail(task.key().hex()),
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
            case TASK_STATE_RUNNING ->
                unless(from != TASK_STATE_FAILED && from != TASK_STATE_PLANNED, task, "runs, and was " + from);
            case TASK_STATE_PLANNED, TASK_STATE_READY, TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> {}
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
        for (Membership member : entry.members) {
            unless(
                    member.entry == entry && member.task.memberships.contains(member),
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
