package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import java.time.Instant;
import java.util.Optional;
import org.crvqa.coordinator.dispatch.Task.Loss;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.WorkerDeath;
import org.jboss.logging.Logger;

/**
 * What follows when an attempt ends without a result: it is recorded, and the task waits for its next attempt or is given
 * up. A loss is recorded when the next attempt is claimed, since until then the worker may be found to work on. Methods
 * run on the event loop.
 */
final class AttemptEnds {
    private static final Logger LOG = Logger.getLogger(AttemptEnds.class);

    private final EventLoop loop;
    private final TaskBoard board;
    private final AttemptLog log;
    private final DispatchMetrics metrics;

    AttemptEnds(EventLoop loop, TaskBoard board, AttemptLog log, DispatchMetrics metrics) {
        this.loop = loop;
        this.board = board;
        this.log = log;
        this.metrics = metrics;
    }

    /** Stops listening and frees the worker's slot. */
    void release(Attempt attempt) {
        attempt.task.current = null;
        attempt.task.progress = Optional.empty();
        attempt.worker.attempt = null;
        attempt.worker.changed = board.nextStep();
        attempt.worker.nextPoll = Instant.MIN;
        if (attempt.call != null) {
            attempt.call.close();
        }
    }

    void end(Attempt attempt, Ending ending) {
        Task task = attempt.task;
        release(attempt);
        task.lastWorker = attempt.worker;
        Outcome outcome = Outcome.of(
                ending, attempt.worker.address(), attempt.figures(loop.clock().instant()));
        if (ending instanceof Ending.Lost) {
            task.askLastWorkerAfter = attempt.worker.changed;
            task.losses.lost(attempt.number);
            task.loss = Optional.of(new Loss(attempt, outcome));
            metrics.workerLost();
        } else {
            if (ending instanceof Ending.Failed failed
                    && failed.failure().getKind() == FailureKind.FAILURE_KIND_DEVICE) {
                task.losses.deviceFailed(attempt.number);
            }
            record(attempt, outcome);
        }
        LOG.infof(
                "%s, attempt %d on %s: %s (%s)",
                task.plan.label(), attempt.number, attempt.worker.address(), ending.word(), ending.reason());
        RetryPolicy.Decision decision = RetryPolicy.decide(ending, task.charged, task.disturbed);
        if (decision instanceof RetryPolicy.Decision.GiveUp giveUp) {
            board.fail(task, giveUp.failure());
        } else if (decision instanceof RetryPolicy.Decision.Retry retry) {
            if (ending instanceof Ending.Failed failed) {
                task.failure = Optional.of(failed.failure());
            }
            retry(task, ending.word() + ": " + ending.reason(), retry);
        }
    }

    /** A worker is back and says how its process ended in the middle of a task. Each death counts once. */
    void died(WorkerSlot worker, Task task, WorkerDeath death) {
        boolean stillHeard = task.current != null && task.current.number == death.getAttempt();
        if (stillHeard || !task.losses.explain(death.getAttempt())) {
            return;
        }
        Optional<Outcome> outcome = Deaths.outcome(death, worker.address(), task.plan.label());
        if (outcome.isEmpty()) {
            return;
        }
        LOG.warnf(
                "%s, attempt %d: %s",
                task.plan.label(), death.getAttempt(), outcome.get().cause());
        loop.detached(
                "record a worker's death at " + task.plan.label(),
                () -> log.recordDeath(task.key(), death.getAttempt(), outcome.get()));
        charge(task, outcome.get());
    }

    private void charge(Task task, Outcome outcome) {
        TaskFailure failure = outcome.failure().orElseThrow();
        RetryPolicy.Decision decision = RetryPolicy.decide(new Ending.Failed(failure), task.charged, task.disturbed);
        boolean open = task.state == TASK_STATE_READY || task.state == TASK_STATE_RUNNING;
        if (open && decision instanceof RetryPolicy.Decision.GiveUp giveUp) {
            giveUp(task, giveUp.failure());
        } else if (open && task.current == null && decision instanceof RetryPolicy.Decision.Retry retry) {
            task.failure = Optional.of(failure);
            retry(task, failure.getCause(), retry);
        } else {
            // It runs elsewhere already, or has ended: the death only counts.
            task.charged++;
        }
    }

    /** Ends a task that only ever takes workers with it. */
    void giveUpAfterLosses(Task task) {
        String latest = task.loss
                .map(loss -> loss.outcome().cause())
                .or(() -> task.failure.map(TaskFailure::getCause))
                .map(cause -> " The latest: " + cause + ".")
                .orElse("");
        giveUp(
                task,
                TaskFailure.newBuilder()
                        .setKind(FailureKind.FAILURE_KIND_INTERNAL)
                        .setCause(task.losses.inVain()
                                + " workers were lost or their devices failed, one after the other, while they ran "
                                + task.plan.label() + ", and no newer state was saved in between." + latest)
                        .setAdvice("Look into the workers' logs and their machines; 'crvqa retry' tries again.")
                        .build());
    }

    /** Ends a task that no worker of this release takes. */
    void giveUpOtherVersion(Task task) {
        giveUp(task, OtherVersion.failure(task));
    }

    private void giveUp(Task task, TaskFailure failure) {
        if (task.current != null) {
            Attempt attempt = task.current;
            release(attempt);
            attempt.worker.client.cancel(task.key().hex());
        }
        task.loss.ifPresent(loss -> record(loss.attempt(), loss.outcome()));
        task.loss = Optional.empty();
        LOG.warnf("%s is given up: %s", task.plan.label(), failure.getCause());
        board.fail(task, failure);
    }

    private void record(Attempt attempt, Outcome outcome) {
        if (attempt.number > 0) {
            loop.detached(
                    "record the end of an attempt at " + attempt.task.plan.label(),
                    () -> log.record(attempt.task.key(), attempt.number, outcome));
        }
    }

    private void retry(Task task, String why, RetryPolicy.Decision.Retry retry) {
        task.charged += retry.charged() ? 1 : 0;
        task.disturbed = retry.charged() ? 0 : task.disturbed + 1;
        task.notBefore = loop.clock().instant().plus(retry.delay());
        String note = why + "; attempt " + (task.attempts + 1) + " next";
        if (task.state == TASK_STATE_READY) {
            task.note = note;
            board.touch(task);
        } else {
            task.readySince = loop.clock().instant();
            board.move(task, TASK_STATE_READY, note);
        }
    }
}
