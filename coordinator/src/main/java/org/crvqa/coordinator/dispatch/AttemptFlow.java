package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;
import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;
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
    private final DispatchMetrics metrics;
    private final Duration silence;

    AttemptFlow(EventLoop loop, TaskBoard board, AttemptLog log, DispatchMetrics metrics, Duration silence) {
        this.loop = loop;
        this.board = board;
        this.log = log;
        this.metrics = metrics;
        this.silence = silence;
    }

    /** What the store said before a call: the artifact, or the attempt that was claimed. */
    private record Prepared(Optional<Manifest> manifest, int attempt) {}

    /** Gives a ready task to an idle worker. */
    void assign(Task task, WorkerSlot worker) {
        Attempt attempt = reserve(task, worker);
        int latest = task.attempts;
        loop.blocking(
                () -> {
                    Optional<Manifest> manifest = log.manifest(task.key());
                    int number = manifest.isPresent() ? 0 : log.claim(task.key(), latest, worker.address());
                    return new Prepared(manifest, number);
                },
                (prepared, error) -> prepared(attempt, prepared, error));
    }

    /** Attaches to a task that a worker was found to run. */
    void join(Task task, WorkerSlot worker, int number) {
        Attempt attempt = reserve(task, worker);
        task.attempts = Math.max(task.attempts, number);
        attempt.number = number;
        LOG.infof("%s runs on %s already (attempt %d): listening again", task.plan.label(), worker.address(), number);
        start(attempt, "found running, listening again");
    }

    /** Stops listening to a task that nobody needs, and stops the work. */
    void stop(Task task) {
        Attempt attempt = task.current;
        if (attempt != null) {
            release(attempt);
            attempt.worker.client.cancel(task.key().hex());
        }
    }

    /** Gives up on a worker that has been silent for too long. */
    void checkSilence(Attempt attempt) {
        Duration silent = Duration.between(attempt.lastEvent, loop.clock().instant());
        if (attempt.call != null && !attempt.completing && silent.compareTo(silence) > 0) {
            attempt.worker.reachable = false;
            end(
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

    private void release(Attempt attempt) {
        attempt.task.current = null;
        attempt.task.progress = Optional.empty();
        attempt.worker.attempt = null;
        attempt.worker.changed = board.nextStep();
        attempt.worker.nextPoll = Instant.MIN;
        if (attempt.call != null) {
            attempt.call.close();
        }
    }

    private void prepared(Attempt attempt, @Nullable Prepared prepared, @Nullable Throwable error) {
        Task task = attempt.task;
        if (task.current != attempt) {
            return;
        }
        if (prepared == null) {
            end(attempt, storeProblem(error));
        } else if (prepared.manifest().isPresent()) {
            release(attempt);
            board.done(task, prepared.manifest().get());
        } else {
            attempt.number = prepared.attempt();
            task.attempts = prepared.attempt();
            metrics.attempt(
                    task.plan.kind(),
                    Duration.between(task.readySince, loop.clock().instant()));
            start(attempt, "");
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
                attempt.number = Math.max(1, event.getAccepted().getAttempt());
                board.touch(task);
            }
            case PROGRESS -> {
                task.progress = Optional.of(event.getProgress());
                board.touch(task);
            }
            case COMPLETED -> completed(attempt);
            case FAILED -> end(attempt, new Ending.Failed(event.getFailed()));
            case CANCELLED -> end(attempt, new Ending.Interrupted("cancelled at the worker by somebody else"));
            case INTERRUPTED ->
                end(attempt, new Ending.Interrupted(event.getInterrupted().getReason()));
            case HEARTBEAT, METRIC, CHECKPOINTED, RESUMED, EVENT_NOT_SET -> {}
        }
    }

    /** A worker's word is not enough: the manifest must be in the store that this coordinator reads. */
    private void completed(Attempt attempt) {
        attempt.completing = true;
        loop.blocking(() -> log.manifest(attempt.task.key()), (manifest, error) -> {
            if (attempt.task.current != attempt) {
                return;
            }
            if (manifest == null) {
                end(attempt, storeProblem(error));
            } else if (manifest.isPresent()) {
                release(attempt);
                board.done(attempt.task, manifest.get());
            } else {
                end(
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
            case RESOURCE_EXHAUSTED -> end(attempt, new Ending.Refused(attempt.worker.address() + " is busy"));
            case INVALID_ARGUMENT, UNIMPLEMENTED ->
                end(
                        attempt,
                        new Ending.Failed(internal(
                                "Worker " + attempt.worker.address() + " refused the task: " + text,
                                "Run the same version of all services.")));
            default ->
                end(attempt, new Ending.Lost("the stream from " + attempt.worker.address() + " broke (" + text + ")"));
        }
    }

    private void end(Attempt attempt, Ending ending) {
        Task task = attempt.task;
        release(attempt);
        task.lastWorker = attempt.worker;
        if (ending instanceof Ending.Lost) {
            task.askLastWorkerAfter = attempt.worker.changed;
            metrics.workerLost();
        }
        if (attempt.number > 0) {
            loop.detached(
                    "record the end of an attempt at " + task.plan.label(),
                    () -> log.record(task.key(), attempt.number, attempt.worker.address(), ending));
        }
        LOG.infof(
                "%s, attempt %d on %s: %s (%s)",
                task.plan.label(), attempt.number, attempt.worker.address(), ending.word(), ending.reason());
        RetryPolicy.Decision decision = RetryPolicy.decide(ending, task.charged, task.disturbed);
        if (decision instanceof RetryPolicy.Decision.GiveUp giveUp) {
            board.fail(task, giveUp.failure());
        } else if (decision instanceof RetryPolicy.Decision.Retry retry) {
            retry(task, ending, retry);
        }
    }

    private void retry(Task task, Ending ending, RetryPolicy.Decision.Retry retry) {
        task.charged += retry.charged() ? 1 : 0;
        task.disturbed = retry.charged() ? 0 : task.disturbed + 1;
        task.notBefore = loop.clock().instant().plus(retry.delay());
        if (ending instanceof Ending.Failed failed) {
            task.failure = Optional.of(failed.failure());
        }
        String note = ending.word() + ": " + ending.reason() + "; attempt " + (task.attempts + 1) + " next";
        if (task.state == TASK_STATE_READY) {
            task.note = note;
            board.touch(task);
        } else {
            task.readySince = loop.clock().instant();
            board.move(task, TASK_STATE_READY, note);
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
