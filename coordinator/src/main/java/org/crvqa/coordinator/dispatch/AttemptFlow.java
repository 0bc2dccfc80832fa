package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskResumed;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of one attempt: ask the store, claim, call, listen, end. Only the store decides that a task is done. Methods
 * run on the event loop.
 */
final class AttemptFlow {
    private static final Logger LOG = Logger.getLogger(AttemptFlow.class);

    private final EventLoop loop;
    private final TaskBoard board;
    private final AttemptLog log;
    private final AttemptEnds ends;
    private final DispatchMetrics metrics;
    private final Leadership leadership;
    private final Duration silence;

    AttemptFlow(
            EventLoop loop,
            TaskBoard board,
            AttemptLog log,
            AttemptEnds ends,
            DispatchMetrics metrics,
            Leadership leadership,
            Duration silence) {
        this.loop = loop;
        this.board = board;
        this.log = log;
        this.ends = ends;
        this.metrics = metrics;
        this.leadership = leadership;
        this.silence = silence;
    }

    /** What the store said before a call: the artifact, or the attempt that was claimed; none without the lease. */
    private record Prepared(Optional<Manifest> manifest, OptionalInt attempt) {}

    /** Gives a ready task to an idle worker. */
    void assign(Task task, WorkerSlot worker) {
        Attempt attempt = reserve(task, worker);
        int latest = task.attempts;
        Optional<Task.Loss> loss = task.loss;
        loop.blocking(
                () -> prepare(task, worker, latest, loss), (prepared, error) -> prepared(attempt, prepared, error));
    }

    private Prepared prepare(Task task, WorkerSlot worker, int latest, Optional<Task.Loss> loss) {
        Optional<Manifest> manifest = log.manifest(task.key());
        if (manifest.isPresent() || !leadership.isHeld()) {
            return new Prepared(manifest, OptionalInt.empty());
        }
        loss.ifPresent(lost -> log.record(task.key(), lost.attempt().number, lost.outcome()));
        return new Prepared(
                manifest, OptionalInt.of(log.claim(task.key(), latest, worker.address(), leadership.term())));
    }

    /** Attaches to a task that a worker was found to run. */
    void join(Task task, WorkerSlot worker, int number) {
        Attempt attempt = reserve(task, worker);
        task.attempts = Math.max(task.attempts, number);
        attempt.number = number;
        task.losses.found(number);
        task.loss.filter(loss -> loss.attempt().number == number).ifPresent(loss -> {
            attempt.continues(loss.attempt());
            task.loss = Optional.empty();
        });
        LOG.infof("%s runs on %s already (attempt %d): listening again", task.plan.label(), worker.address(), number);
        start(attempt, "found running, listening again");
    }

    /** Stops listening to a task that nobody needs, and stops the work. */
    void stop(Task task) {
        Attempt attempt = task.current;
        if (attempt != null) {
            ends.release(attempt);
            attempt.worker.client.cancel(task.key().hex());
        }
    }

    /** Gives up on a worker that has been silent for too long. */
    void checkSilence(Attempt attempt) {
        Duration silent = Duration.between(attempt.lastEvent, loop.clock().instant());
        if (attempt.call != null && !attempt.completing && silent.compareTo(silence) > 0) {
            attempt.worker.reachable = false;
            ends.end(
                    attempt,
                    new Ending.Lost("no word from " + attempt.worker.address() + " for " + silent.toSeconds() + " s"));
        }
    }

    private Attempt reserve(Task task, WorkerSlot worker) {
        Attempt attempt = new Attempt(task, worker, loop.clock().instant());
        task.current = attempt;
        worker.attempt = attempt;
        worker.changed = board.nextStep();
        return attempt;
    }

    private void prepared(Attempt attempt, @Nullable Prepared prepared, @Nullable Throwable error) {
        Task task = attempt.task;
        if (task.current != attempt) {
            return;
        }
        if (prepared == null) {
            ends.end(attempt, storeProblem(error));
        } else if (prepared.manifest().isPresent()) {
            ends.release(attempt);
            board.done(task, prepared.manifest().get());
        } else if (prepared.attempt().isEmpty()) {
            ends.release(attempt);
        } else {
            attempt.number = prepared.attempt().getAsInt();
            task.attempts = attempt.number;
            task.loss = Optional.empty();
            metrics.attempt(
                    task.plan.kind(),
                    Duration.between(task.readySince, loop.clock().instant()));
            if (leadership.isHeld()) {
                start(attempt, "");
            } else {
                ends.end(attempt, new Ending.Refused("this coordinator's lease is over"));
            }
        }
    }

    private void start(Attempt attempt, String note) {
        Task task = attempt.task;
        board.move(task, TASK_STATE_RUNNING, note);
        attempt.lastEvent = loop.clock().instant();
        TaskAssignment assignment = TaskAssignment.newBuilder()
                .setSpec(task.plan.spec())
                .setKey(task.key().hex())
                .setAttempt(attempt.number)
                .setTerm(leadership.term())
                .build();
        attempt.call = attempt.worker.client.run(assignment, new WorkerClient.WorkObserver() {
            @Override
            public void onEvent(TaskEvent event) {
                Instant arrived = loop.clock().instant();
                loop.run(() -> event(attempt, event, arrived));
            }

            @Override
            public void onEnd(Status status) {
                loop.run(() -> streamEnded(attempt, status));
            }
        });
    }

    private void event(Attempt attempt, TaskEvent event, Instant arrived) {
        Task task = attempt.task;
        if (task.current != attempt) {
            return;
        }
        attempt.lastEvent = arrived;
        switch (event.getEventCase()) {
            case ACCEPTED -> {
                attempt.accepted(event.getAccepted().getAttempt(), arrived);
                board.touch(task);
            }
            case PROGRESS -> {
                task.progress = Optional.of(event.getProgress());
                attempt.reached(event.getProgress().getStep());
                board.touch(task);
            }
            case RESUMED -> resumed(attempt, event.getResumed(), arrived);
            case CHECKPOINTED -> saved(attempt, event.getCheckpointed().getStep(), arrived);
            case COMPLETED -> completed(attempt);
            case FAILED -> ends.end(attempt, new Ending.Failed(CorruptInput.advise(event.getFailed(), task.plan)));
            case CANCELLED -> ends.end(attempt, new Ending.Interrupted("cancelled at the worker by somebody else"));
            case INTERRUPTED -> {
                if (event.getInterrupted().getCheckpointedStep() > 0) {
                    saved(attempt, event.getInterrupted().getCheckpointedStep(), arrived);
                }
                ends.end(attempt, new Ending.Interrupted(event.getInterrupted().getReason()));
            }
            case HEARTBEAT, METRIC, EVENT_NOT_SET -> {}
        }
    }

    private void resumed(Attempt attempt, TaskResumed resumed, Instant arrived) {
        saved(attempt, resumed.getStep(), arrived);
        Task task = attempt.task;
        task.note = "resumed at step " + resumed.getStep();
        if (resumed.getRejectedCount() > 0) {
            task.note += "; newer states were corrupt";
            LOG.warnf(
                    "%s, attempt %d passed over corrupt states: %s",
                    task.plan.label(), attempt.number, resumed.getRejectedList());
        }
        board.touch(task);
    }

    private static void saved(Attempt attempt, long step, Instant arrived) {
        attempt.saved(step, arrived);
        attempt.task.losses.saved(step);
    }

    /** A worker's word is not enough: the manifest must be in the store that this coordinator reads. */
    private void completed(Attempt attempt) {
        attempt.completing = true;
        loop.blocking(() -> log.manifest(attempt.task.key()), (manifest, error) -> {
            if (attempt.task.current != attempt) {
                return;
            }
            if (manifest == null) {
                ends.end(attempt, storeProblem(error));
            } else if (manifest.isPresent()) {
                ends.release(attempt);
                board.done(attempt.task, manifest.get());
            } else {
                ends.end(
                        attempt,
                        new Ending.Failed(internal(
                                "Worker " + attempt.worker.address() + " says that " + attempt.task.plan.label()
                                        + " is complete, but the store has no manifest of " + attempt.task.key(),
                                "Give the worker the same CRVQA_STORE as the coordinator.")));
            }
        });
    }

    private void streamEnded(Attempt attempt, Status status) {
        if (attempt.task.current != attempt || attempt.completing) {
            return;
        }
        String text = status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
        switch (status.getCode()) {
            case RESOURCE_EXHAUSTED -> ends.end(attempt, new Ending.Refused(attempt.worker.address() + " is busy"));
            case FAILED_PRECONDITION -> {
                leadership.challenged(attempt.worker.address() + " says " + text);
                ends.end(attempt, new Ending.Refused(attempt.worker.address() + " refused the task: " + text));
            }
            case INVALID_ARGUMENT, UNIMPLEMENTED ->
                ends.end(
                        attempt,
                        new Ending.Failed(internal(
                                "Worker " + attempt.worker.address() + " refused the task: " + text,
                                "Run the same version of all services.")));
            default ->
                ends.end(
                        attempt,
                        new Ending.Lost("the stream from " + attempt.worker.address() + " broke (" + text + ")"));
        }
    }

    private static Ending storeProblem(@Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof StoreException) {
            return new Ending.StoreUnavailable(String.valueOf(cause.getMessage()));
        }
        LOG.error("Reading the store failed", cause);
        return new Ending.Failed(internal("The coordinator could not read the store: " + cause, "See its log."));
    }

    private static TaskFailure internal(String cause, String advice) {
        return TaskFailure.newBuilder()
                .setKind(FailureKind.FAILURE_KIND_INTERNAL)
                .setCause(cause)
                .setAdvice(advice)
                .build();
    }
}
