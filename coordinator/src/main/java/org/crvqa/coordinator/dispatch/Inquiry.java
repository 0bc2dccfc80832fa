package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerState;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks workers what they do, and draws conclusions from what they say. Whoever waits for work is asked often; who is listened
 * to, or does not answer, less often. Methods run on the event loop.
 */
final class Inquiry {
    private static final Logger LOG = Logger.getLogger(Inquiry.class);

    /** Poll intervals between two questions to a worker whose stream says what it does. */
    private static final int ATTACHED = 8;

    /** Poll intervals between two questions to a worker that has not answered for a while. */
    private static final int SILENT = 5;

    private final EventLoop loop;
    private final TaskBoard board;
    private final Roster roster;
    private final AttemptFlow attempts;
    private final AttemptEnds ends;
    private final Leadership leadership;
    private final Duration pollInterval;

    Inquiry(
            EventLoop loop,
            TaskBoard board,
            Roster roster,
            AttemptFlow attempts,
            AttemptEnds ends,
            Leadership leadership,
            Duration pollInterval) {
        this.loop = loop;
        this.board = board;
        this.roster = roster;
        this.attempts = attempts;
        this.ends = ends;
        this.leadership = leadership;
        this.pollInterval = pollInterval;
    }

    /** Asks one worker, unless it is being asked; {@code then} runs when it has answered or failed to. */
    void ask(WorkerSlot worker, Runnable then) {
        if (worker.describing) {
            return;
        }
        long began = roster.now();
        WorkerClient asked = worker.client();
        worker.describing = true;
        asked.describe()
                .whenComplete((description, error) -> loop.run(() -> {
                    // Should it be somewhere else by now, this says nothing of it.
                    if (worker.client() == asked) {
                        answered(worker, began, description, then);
                    }
                }));
    }

    private void answered(WorkerSlot worker, long began, @Nullable WorkerDescription description, Runnable then) {
        worker.describing = false;
        worker.answeredFrom = began;
        note(worker, description);
        if (description != null && leadership.isHeld()) {
            replaced(worker, began, description);
            conclude(worker, description);
        }
        if (description == null && worker.isGone()) {
            hasLeft(worker);
        }
        worker.nextPoll = loop.clock().instant().plus(pause(worker));
        roster.file(worker);
        if (began <= worker.changed && worker.attempt == null) {
            // What was asked before the latest change of hands is out of date.
            ask(worker, then);
        }
        then.run();
    }

    private Duration pause(WorkerSlot worker) {
        if (worker.attempt != null) {
            return pollInterval.multipliedBy(ATTACHED);
        }
        int doublings = Math.max(0, Math.min(worker.unanswered, SILENT) - 1);
        return pollInterval.multipliedBy(Math.min(SILENT, 1L << doublings));
    }

    /** Another process has the place of the one that took what this worker is listened to for: its silence is not waited for. */
    private void replaced(WorkerSlot worker, long began, WorkerDescription description) {
        Attempt attempt = worker.attempt;
        if (attempt != null && attempt.wasTakenByAnother(description.getWorkerId(), began)) {
            attempts.streamEnded(attempt, Status.UNAVAILABLE.withDescription("another process has its place"));
        }
    }

    private void note(WorkerSlot worker, @Nullable WorkerDescription description) {
        boolean answers = description != null;
        worker.unanswered = answers ? 0 : worker.unanswered + 1;
        if (worker.reachable != answers) {
            LOG.infof("Worker %s is %s", worker.name(), answers ? "reachable" : "not reachable");
        }
        worker.reachable = answers;
        if (description == null) {
            return;
        }
        boolean replaced = worker.description
                .filter(before -> !before.getWorkerId().equals(description.getWorkerId()))
                .isPresent();
        if (replaced) {
            worker.health.replaced();
        }
        Optional<String> misfit = worker.misfit();
        worker.description = Optional.of(description);
        worker.lastSeen = Optional.of(loop.clock().instant());
        worker.misfit()
                .filter(why -> !misfit.equals(Optional.of(why)))
                .ifPresent(why -> LOG.warnf("Worker %s gets no work: %s", worker.name(), why));
    }

    /** After more tasks are known: a worker may have said that it runs one of these, and nobody else must be given it. */
    void concludeAgain() {
        if (!leadership.isHeld()) {
            return;
        }
        for (WorkerSlot worker : roster.all()) {
            worker.description
                    .filter(description -> worker.reachable)
                    .ifPresent(description -> conclude(worker, description));
        }
    }

    private void conclude(WorkerSlot worker, WorkerDescription description) {
        if (description.hasLastDeath()) {
            WorkerDeath death = description.getLastDeath();
            board.task(death.getKey()).ifPresent(task -> ends.died(worker, task, death));
        }
        if (worker.attempt != null || worker.answeredFrom <= worker.changed) {
            return;
        }
        Optional<Task> running = board.task(description.getRunningKey());
        if (!running.equals(worker.alsoRuns)) {
            hasLeft(worker);
        }
        running.ifPresent(task -> found(worker, task, description));
    }

    /** A worker has left what it ran beside another, or will not be heard of again: what it made of it may be in the store. */
    private void hasLeft(WorkerSlot worker) {
        worker.alsoRuns.filter(task -> task.state == TASK_STATE_RUNNING).ifPresent(attempts::lookForResult);
        worker.alsoRuns = Optional.empty();
    }

    /** A worker runs something that this dispatcher does not listen to. */
    private void found(WorkerSlot worker, Task task, WorkerDescription description) {
        boolean busy = description.getState() == WorkerState.WORKER_STATE_BUSY;
        if (task.ended() || worker.health.isStalledOn(task.key()) || worker.isStopping(task.key())) {
            // Cancelled, done or given up after this worker was lost, or it stands still or stops: nobody waits for it
            // there.
            cancel(worker, task.key());
        } else if (task.state == TASK_STATE_READY && task.current == null && busy) {
            attempts.join(task, worker, Math.max(1, description.getRunningAttempt()));
        } else if (task.current != null) {
            runsTwice(worker, task, task.current, description, busy);
        }
    }

    /** Two workers have it: the one that is further along goes on. What the other may still commit is looked for. */
    private void runsTwice(WorkerSlot worker, Task task, Attempt current, WorkerDescription description, boolean busy) {
        worker.alsoRuns = Optional.of(task);
        if (!(current.state() instanceof AttemptState.Accepted accepted)) {
            return;
        }
        if (busy && description.getRunningStep() > accepted.reached().step()) {
            LOG.infof(
                    "%s runs on %s and on %s, which is further along: the first is stopped",
                    task.named(), current.worker.name(), worker.name());
            attempts.happens(current, new AttemptEvent.Overtaken(worker.name()));
            task.notBefore = Instant.MIN;
            attempts.join(task, worker, Math.max(1, description.getRunningAttempt()));
        } else {
            cancel(worker, task.key());
        }
    }

    private void cancel(WorkerSlot worker, ArtifactKey key) {
        worker.client().cancel(key.hex(), leadership.term());
    }
}
