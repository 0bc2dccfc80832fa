package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_RUNNING;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskResumed;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of one attempt: ask the store, claim, call, listen, end. {@link AttemptSteps} says what follows what; here it is
 * done. Only the store decides that a task is done. Methods run on the event loop.
 */
final class AttemptFlow {
    private static final Logger LOG = Logger.getLogger(AttemptFlow.class);

    private final EventLoop loop;
    private final TaskBoard board;
    private final Roster roster;
    private final AttemptLog log;
    private final AttemptEnds ends;
    private final OutcomeRecords records;
    private final DispatchMetrics metrics;
    private final Leadership leadership;
    private final DispatchSettings settings;
    private final Consumer<WorkerSlot> freed;
    private final BiFunction<AttemptState, AttemptEvent, AttemptTable.Step> steps;

    /** {@code freed}: hears of a worker that has nothing any more. */
    AttemptFlow(
            EventLoop loop,
            TaskBoard board,
            Roster roster,
            AttemptLog log,
            AttemptEnds ends,
            OutcomeRecords records,
            DispatchMetrics metrics,
            Leadership leadership,
            DispatchSettings settings,
            Consumer<WorkerSlot> freed,
            BiFunction<AttemptState, AttemptEvent, AttemptTable.Step> steps) {
        this.loop = loop;
        this.board = board;
        this.roster = roster;
        this.log = log;
        this.ends = ends;
        this.records = records;
        this.metrics = metrics;
        this.leadership = leadership;
        this.settings = settings;
        this.freed = freed;
        this.steps = steps;
    }

    /** What the store said before a call: the artifact, or the attempt that was claimed; none without the lease. */
    private record Prepared(Optional<Manifest> manifest, OptionalInt attempt) {}

    /** Gives a ready task to an idle worker. */
    void assign(Task task, WorkerSlot worker) {
        Attempt attempt = reserve(task, worker);
        int latest = task.attempts;
        List<Runnable> owed = new ArrayList<>(records.of(task));
        Optional<Task.Loss> loss = task.loss;
        loss.ifPresent(
                lost -> owed.add(() -> log.record(task.key(), lost.attempt().number(), lost.outcome())));
        loop.blocking(() -> prepare(task, worker, latest, owed), (prepared, error) -> {
            if (prepared != null && prepared.attempt().isPresent()) {
                records.written(task, owed);
                task.loss = task.loss.filter(
                        found -> loss.filter(lost -> lost == found).isEmpty());
            }
            prepared(attempt, prepared, error);
        });
    }

    private Prepared prepare(Task task, WorkerSlot worker, int latest, List<Runnable> owed) {
        // Nobody can have made what nobody has attempted; should somebody have, the worker says so.
        Optional<Manifest> manifest = latest == 0 ? Optional.empty() : log.manifest(task.key());
        if (manifest.isPresent() || !leadership.isHeld()) {
            return new Prepared(manifest, OptionalInt.empty());
        }
        owed.forEach(Runnable::run);
        return new Prepared(manifest, OptionalInt.of(log.claim(task.key(), latest, worker.name(), leadership.term())));
    }

    private void prepared(Attempt attempt, @Nullable Prepared prepared, @Nullable Throwable error) {
        if (prepared == null) {
            happens(attempt, new AttemptEvent.StoreFailed(storeProblem(attempt.task, error)));
        } else if (prepared.manifest().isPresent()) {
            happens(attempt, new AttemptEvent.Found(prepared.manifest().get()));
        } else if (prepared.attempt().isEmpty()) {
            happens(attempt, new AttemptEvent.NotLeading());
        } else {
            claimed(attempt, prepared.attempt().getAsInt());
        }
    }

    private void claimed(Attempt attempt, int number) {
        Task task = attempt.task;
        task.attempts = Math.max(task.attempts, number);
        if (attempt.isOver()) {
            return;
        }
        task.beganMillis = loop.clock().millis();
        board.began(task);
        metrics.attempt(
                task.plan.kind(), Duration.between(task.readySince, loop.clock().instant()));
        happens(
                attempt,
                whyNot(attempt.worker)
                        .<AttemptEvent>map(why -> new AttemptEvent.ClaimedTooLate(number, why))
                        .orElseGet(() -> new AttemptEvent.Claimed(number)));
    }

    /** What came to light while the store was asked. */
    private Optional<String> whyNot(WorkerSlot worker) {
        if (!leadership.isHeld()) {
            return Optional.of("this coordinator's lease is over");
        }
        return worker.takesWork() ? worker.misfit() : Optional.of(worker.name() + " is about to leave");
    }

    /** Attaches to a task that a worker was found to run. */
    void join(Task task, WorkerSlot worker, int number) {
        Attempt attempt = reserve(task, worker);
        task.attempts = Math.max(task.attempts, number);
        task.losses.found(number);
        Optional<Task.Loss> same = task.loss.filter(loss -> loss.attempt().number() == number);
        task.loss = same.isPresent() ? Optional.empty() : task.loss;
        LOG.infof("%s runs on %s already (attempt %d): listening again", task.named(), worker.name(), number);
        happens(
                attempt,
                new AttemptEvent.Joined(
                        number, same.flatMap(loss -> loss.attempt().reached())));
    }

    private Attempt reserve(Task task, WorkerSlot worker) {
        Attempt attempt = new Attempt(task, worker, loop.clock().instant());
        board.occupy(task, attempt);
        worker.attempt = attempt;
        worker.changed = roster.now();
        roster.file(worker);
        return attempt;
    }

    /** Stops listening to a task that nobody needs, and stops the work. */
    void stop(Task task) {
        if (task.current != null) {
            happens(task.current, new AttemptEvent.Unwanted());
        }
    }

    /** Takes a task back from where it runs; it goes on later from its newest saved state. */
    void withdraw(Task task) {
        Attempt attempt = task.current;
        if (attempt != null) {
            if (attempt.call != null) {
                attempt.worker.stops(task.key());
            }
            happens(attempt, new AttemptEvent.Withdrawn());
        }
    }

    /** Looks whether the worker is still heard, and whether its work goes on. */
    void checkSilence(Attempt attempt, Instant now) {
        if (attempt.call == null || attempt.state() instanceof AttemptState.Completing) {
            return;
        }
        Duration silent = attempt.silentFor(now);
        if (silent.compareTo(settings.silence()) > 0) {
            attempt.worker.reachable = false;
            roster.file(attempt.worker);
            happens(attempt, new AttemptEvent.FallsSilent(attempt.worker.name(), silent));
        } else if (attempt.workQuietFor().compareTo(settings.stall(attempt.task.plan.kind())) > 0) {
            happens(attempt, new AttemptEvent.Stalls(attempt.worker.name(), attempt.workQuietFor()));
        }
    }

    /** One step of the attempt, and what is to be done because of it. */
    void happens(Attempt attempt, AttemptEvent event) {
        boolean wasOver = attempt.isOver();
        AttemptTable.Step step = steps.apply(attempt.state(), event);
        attempt.become(step.next());
        step.effects().forEach(effect -> perform(attempt, effect));
        if (attempt.isOver() && !wasOver) {
            freed.accept(attempt.worker);
        }
    }

    private void perform(Attempt attempt, AttemptEffect effect) {
        Task task = attempt.task;
        if (effect instanceof AttemptEffect.Call call) {
            call(attempt, call.note());
        } else if (effect instanceof AttemptEffect.AskStore) {
            askStore(attempt);
        } else if (effect instanceof AttemptEffect.CancelAtWorker) {
            attempt.worker.client().cancel(task.key().hex(), leadership.term());
        } else if (effect instanceof AttemptEffect.Release) {
            ends.release(attempt);
        } else if (effect instanceof AttemptEffect.Done done) {
            if (attempt.isCompleted()) {
                attempt.worker.health.succeeded();
                roster.file(attempt.worker);
            }
            board.done(task, done.manifest());
        } else if (effect instanceof AttemptEffect.End end) {
            ends.end(attempt, end.ending());
        } else if (effect instanceof AttemptEffect.Challenge challenge) {
            leadership.challenged(challenge.by());
        } else if (effect instanceof AttemptEffect.ShowProgress shown) {
            task.progress = Optional.of(shown.progress());
            board.touch(task);
        } else if (effect instanceof AttemptEffect.ShowResumed shown) {
            showResumed(attempt, shown.resumed());
        } else if (effect instanceof AttemptEffect.NoteSaved saved) {
            if (task.losses.saved(saved.steps())) {
                task.disturbed = 0;
            }
        } else if (effect instanceof AttemptEffect.ShowAccepted) {
            board.touch(task);
        }
    }

    private void call(Attempt attempt, String note) {
        Task task = attempt.task;
        board.move(task, TASK_STATE_RUNNING, note);
        attempt.listenFrom(loop.clock().instant());
        TaskAssignment assignment = TaskAssignment.newBuilder()
                .setSpec(task.plan.spec())
                .setKey(task.key().hex())
                .setAttempt(attempt.number())
                .setTerm(leadership.term())
                .build();
        attempt.call = attempt.worker.client().run(assignment, new AttemptListener(loop, attempt, this));
    }

    /** A worker's process has it. */
    void accepted(Attempt attempt, TaskAccepted accepted, Instant at) {
        attempt.taken(accepted.getWorkerId(), roster.now());
        happens(attempt, new AttemptEvent.Accepts(accepted.getAttempt(), at));
    }

    /** The stream of events has ended. */
    void streamEnded(Attempt attempt, Status status) {
        happens(attempt, new AttemptEvent.StreamEnds(attempt.worker.name(), status));
    }

    /** A worker's word is not enough: the manifest must be in the store that this coordinator reads. */
    private void askStore(Attempt attempt) {
        loop.blocking(() -> log.manifest(attempt.task.key()), (manifest, error) -> {
            if (manifest == null) {
                happens(attempt, new AttemptEvent.StoreFailed(storeProblem(attempt.task, error)));
            } else {
                happens(
                        attempt,
                        manifest.<AttemptEvent>map(AttemptEvent.Found::new).orElseGet(AttemptEvent.NotFound::new));
            }
        });
    }

    /** A worker that ran the same task as another has left it: its result may be there. */
    void lookForResult(Task task) {
        loop.blocking(() -> log.manifest(task.key()), (manifest, error) -> {
            Attempt current = task.current;
            if (manifest != null && manifest.isPresent() && current != null) {
                LOG.infof("%s was finished by another worker than the one that it was given to", task.named());
                happens(current, new AttemptEvent.Found(manifest.get()));
            }
        });
    }

    private void showResumed(Attempt attempt, TaskResumed resumed) {
        Task task = attempt.task;
        task.note = "resumed at step " + resumed.getStep();
        if (resumed.getRejectedCount() > 0) {
            task.note += "; newer states were corrupt";
            LOG.warnf(
                    "%s, attempt %d passed over corrupt states: %s",
                    task.named(), attempt.number(), resumed.getRejectedList());
        }
        board.touch(task);
    }

    private static Ending storeProblem(Task task, @Nullable Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof StoreException) {
            return new Ending.StoreUnavailable(String.valueOf(cause.getMessage()));
        }
        if (cause instanceof ArtifactCorruptException corrupt) {
            return new Ending.Failed(AttemptLog.unreadable(task.key(), corrupt));
        }
        LOG.error("Reading the store failed", cause);
        return new Ending.Failed(TaskFailure.newBuilder()
                .setKind(FailureKind.FAILURE_KIND_INTERNAL)
                .setCause("The coordinator could not read the store: " + cause)
                .setAdvice("See its log.")
                .build());
    }
}
