package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.crvqa.coordinator.dispatch.Task.Loss;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.Ending;
import org.crvqa.study.attempt.Outcome;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.WorkerDeath;
import org.jboss.logging.Logger;

/**
 * What follows when an attempt ends without a result: it is recorded, held against the task or the worker, and the task
 * waits for its next attempt or is given up. A loss is recorded when the next attempt is claimed, since until then the
 * worker may be found to work on. Methods run on the event loop.
 */
final class AttemptEnds {
    private static final Logger LOG = Logger.getLogger(AttemptEnds.class);

    private final EventLoop loop;
    private final TaskBoard board;
    private final Roster roster;
    private final AttemptLog log;
    private final OutcomeRecords records;
    private final Blame blame;
    private final DispatchMetrics metrics;
    private final Consumer<Task> stop;
    private final int lossesWithoutProgress;

    /** {@code stop}: ends the attempt that a task has now, if any, and the work. */
    AttemptEnds(
            EventLoop loop,
            TaskBoard board,
            Roster roster,
            AttemptLog log,
            OutcomeRecords records,
            DispatchMetrics metrics,
            Consumer<Task> stop,
            int lossesWithoutProgress) {
        this.loop = loop;
        this.board = board;
        this.roster = roster;
        this.log = log;
        this.records = records;
        this.blame = new Blame(roster);
        this.metrics = metrics;
        this.stop = stop;
        this.lossesWithoutProgress = lossesWithoutProgress;
    }

    /** Stops listening and frees the worker's slot. */
    void release(Attempt attempt) {
        if (attempt.task.current == attempt) {
            board.free(attempt.task);
        }
        attempt.worker.attempt = null;
        attempt.worker.changed = roster.now();
        attempt.worker.nextPoll = Instant.MIN;
        if (attempt.call != null) {
            attempt.call.close();
        }
        roster.file(attempt.worker);
    }

    /** The attempt, which is released, has ended. */
    void end(Attempt attempt, Ending told) {
        Task task = attempt.task;
        WorkerSlot worker = attempt.worker;
        Ending ending = OtherStore.suspect(told, worker.name());
        Instant now = loop.clock().instant();
        RetryPolicy.Decision decision =
                RetryPolicy.decide(ending, worker.name(), task.troubles, task.disturbed, others(task));
        blame.ended(task, worker, ending, now);
        if (ending instanceof Ending.Refused && worker.says(task.key())) {
            // It runs the task and lets nobody listen: it is about to stop it.
            worker.stops(task.key());
        }
        note(attempt, ending, decision, now);
        LOG.infof(
                "%s, attempt %d on %s: %s (%s)",
                task.named(), attempt.number(), worker.name(), ending.word(), ending.reason());
        if (decision instanceof RetryPolicy.Decision.GiveUp giveUp) {
            board.fail(task, giveUp.failure());
        } else if (decision instanceof RetryPolicy.Decision.Retry retry) {
            shown(ending).ifPresent(failure -> task.failure = Optional.of(failure));
            retry(task, worker.name(), ending.word() + ": " + ending.reason(), retry);
        }
    }

    private Predicate<Predicate<String>> others(Task task) {
        return names -> roster.hasOther(task.plan.kind(), names);
    }

    /** Keeps how it ended. The worker of one that is lost, or may be, must be asked before the task goes elsewhere. */
    private void note(Attempt attempt, Ending ending, RetryPolicy.Decision decision, Instant now) {
        Task task = attempt.task;
        task.lastWorker = attempt.worker;
        boolean last = decision instanceof RetryPolicy.Decision.GiveUp;
        Outcome outcome =
                Outcome.of(ending, attempt.worker.name(), attempt.figures(now), chargedFailure(ending, decision), last);
        if (ending instanceof Ending.Lost || ending instanceof Ending.NotTaken) {
            task.askLastWorkerAfter = attempt.worker.changed;
            // A loss of an attempt that was found again on another worker waits still.
            task.loss.ifPresent(before -> record(before.attempt(), before.outcome()));
            task.loss = Optional.of(new Loss(attempt, outcome));
            if (ending instanceof Ending.Lost) {
                task.losses.lost(attempt.number(), attempt.worker.name());
                metrics.workerLost();
            }
            return;
        }
        if (ending instanceof Ending.Stalled || kind(ending) == FailureKind.FAILURE_KIND_DEVICE) {
            task.losses.deviceFailed(attempt.number(), attempt.worker.name());
        }
        record(attempt, outcome);
    }

    private static Optional<TaskFailure> shown(Ending ending) {
        if (ending instanceof Ending.Unfit unfit) {
            return Optional.of(unfit.failure());
        }
        return ending instanceof Ending.Failed failed ? Optional.of(failed.failure()) : Optional.empty();
    }

    private static FailureKind kind(Ending ending) {
        return ending instanceof Ending.Failed failed
                ? failed.failure().getKind()
                : FailureKind.FAILURE_KIND_UNSPECIFIED;
    }

    /** What the store counts after a restart as a failure of the task itself. */
    private static Optional<TaskFailure> chargedFailure(Ending ending, RetryPolicy.Decision decision) {
        boolean charged = decision instanceof RetryPolicy.Decision.GiveUp
                || decision instanceof RetryPolicy.Decision.Retry retry && retry.charged();
        return charged && ending instanceof Ending.Unfit unfit ? Optional.of(unfit.failure()) : Optional.empty();
    }

    /** A worker is back and says how its process ended in the middle of a task. Each death counts once. */
    void died(WorkerSlot worker, Task task, WorkerDeath death) {
        boolean stillHeard = task.current != null && task.current.number() == death.getAttempt();
        if (stillHeard || !task.losses.explain(death.getAttempt())) {
            return;
        }
        Optional<Outcome> outcome = Deaths.outcome(death, worker.name(), task.plan.label());
        if (outcome.isEmpty()) {
            return;
        }
        LOG.warnf(
                "%s, attempt %d: %s",
                task.named(), death.getAttempt(), outcome.get().cause());
        boolean last = charge(task, worker, outcome.get());
        Outcome told = outcome.get().last(last);
        records.keep(task, () -> log.recordDeath(task.key(), death.getAttempt(), told));
    }

    /** True when the task is given up for it. */
    private boolean charge(Task task, WorkerSlot worker, Outcome outcome) {
        Instant now = loop.clock().instant();
        Ending ending = new Ending.Failed(outcome.failure().orElseThrow());
        RetryPolicy.Decision decision =
                RetryPolicy.decide(ending, worker.name(), task.troubles, task.disturbed, others(task));
        blame.ended(task, worker, ending, now);
        boolean open = task.state == TASK_STATE_READY || task.state == TASK_STATE_RUNNING;
        if (open && decision instanceof RetryPolicy.Decision.GiveUp giveUp) {
            giveUp(task, giveUp.failure());
            return true;
        }
        if (open && task.current == null && decision instanceof RetryPolicy.Decision.Retry retry) {
            task.failure = outcome.failure();
            retry(task, worker.name(), outcome.cause(), retry);
        } else {
            // It runs elsewhere already, or has ended: the death only counts.
            task.troubles.charge(worker.name());
        }
        return false;
    }

    /** Whether a task only ever takes workers with it: more than one, where there is more than one. */
    boolean isHopeless(Task task) {
        return task.losses.inVain() >= lossesWithoutProgress
                && (task.losses.inVainWorkers().stream().distinct().count() > 1
                        || !roster.hasOther(task.plan.kind(), task.losses.inVainWorkers()::contains));
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
        stop.accept(task);
        task.loss.ifPresent(loss -> record(loss.attempt(), loss.outcome()));
        task.loss = Optional.empty();
        LOG.warnf("%s is given up: %s", task.named(), failure.getCause());
        board.fail(task, failure);
    }

    private void record(Attempt attempt, Outcome outcome) {
        int number = attempt.number();
        if (number > 0) {
            records.keep(attempt.task, () -> log.record(attempt.task.key(), number, outcome));
        }
    }

    private void retry(Task task, String worker, String why, RetryPolicy.Decision.Retry retry) {
        if (retry.charged()) {
            task.troubles.charge(worker);
        }
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
