package org.crvqa.coordinator.dispatch;

import static org.crvqa.coordinator.v1.TaskState.TASK_STATE_READY;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings tasks to workers. Keeps nothing that is not in the store or known by the workers: after a restart it is told
 * the experiments again and finds the running tasks by asking the workers. Public methods may be called by any thread
 * and return at once.
 */
public final class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private final EventLoop loop;
    private final DispatchSettings settings;
    private final DispatchMetrics metrics;
    final List<WorkerSlot> workers;
    final TaskBoard board;
    private final AttemptEnds ends;
    private final AttemptFlow attempts;
    private final StatusView view;
    private final Leadership leadership;
    private boolean heldAtLastTick = true;
    private boolean stopped;

    /** A dispatcher beside which there is no other. The clients stay the caller's to close. */
    public Dispatcher(
            EventLoop loop,
            DispatchSettings settings,
            AttemptLog log,
            DispatchMetrics metrics,
            List<? extends WorkerClient> clients) {
        this(loop, settings, log, metrics, clients, Leadership.ALONE);
    }

    /** Gives out tasks for as long as it leads. The clients stay the caller's to close. */
    public Dispatcher(
            EventLoop loop,
            DispatchSettings settings,
            AttemptLog log,
            DispatchMetrics metrics,
            List<? extends WorkerClient> clients,
            Leadership leadership) {
        this.leadership = leadership;
        this.loop = loop;
        this.settings = settings;
        this.metrics = metrics;
        this.workers = clients.stream().map(WorkerSlot::new).toList();
        this.board = new TaskBoard(loop.clock());
        this.ends = new AttemptEnds(loop, board, log, metrics);
        this.attempts = new AttemptFlow(loop, board, log, ends, metrics, leadership, settings.silence());
        this.view = new StatusView(board, workers);
    }

    /** Takes an experiment; nothing happens when it is known. An empty plan: the one that it has cannot be read. */
    public CompletableFuture<Void> add(
            StoredExperiment experiment, Optional<Plan> plan, Map<ArtifactKey, TaskHistory> histories) {
        return loop.ask(() -> {
            board.add(experiment, plan, histories);
            dispatch();
            return null;
        });
    }

    /**
     * Ends an experiment: what no other needs is stopped. True when it is cancelled now, by this call or an earlier one.
     * False when it is not known or had ended before.
     */
    public CompletableFuture<Boolean> cancel(String id) {
        return loop.ask(() -> {
            board.cancel(id).forEach(attempts::stop);
            dispatch();
            return Optional.ofNullable(board.experiments().get(id))
                    .map(entry -> entry.cancelled)
                    .orElse(false);
        });
    }

    /** Tasks of an experiment that have failed for good, with the number of their latest attempt. */
    public CompletableFuture<Map<ArtifactKey, Integer>> failed(String id) {
        return loop.ask(() -> board.failed(id));
    }

    /**
     * Runs tasks of an experiment again: those of {@code pardoned} that have failed, and those that are done but have no
     * manifest in {@code histories}. Returns their keys in the order of the plan.
     */
    public CompletableFuture<List<ArtifactKey>> retry(
            String id, Set<ArtifactKey> pardoned, Map<ArtifactKey, TaskHistory> histories) {
        return loop.ask(() -> {
            List<ArtifactKey> again =
                    board.retry(id, pardoned, histories).stream().map(Task::key).toList();
            dispatch();
            return again;
        });
    }

    /** The experiment with its tasks, when it is known. */
    public CompletableFuture<Optional<ExperimentStatus>> status(String id) {
        return loop.ask(() -> view.experiment(id, true));
    }

    /** All experiments, newest first, without their tasks. */
    public CompletableFuture<List<ExperimentStatus>> list() {
        return loop.ask(view::experiments);
    }

    /** What changed after a step that an earlier answer gave; -1: everything. */
    public CompletableFuture<Optional<ExperimentChange>> changes(String id, long since) {
        return loop.ask(() -> view.changes(id, since));
    }

    /** All workers. */
    public CompletableFuture<List<WorkerStatus>> workers() {
        return loop.ask(view::workers);
    }

    /** Looks at the clock. To be called every {@link DispatchSettings#TICK}. */
    public void tick() {
        loop.run(() -> {
            if (!leads()) {
                heldAtLastTick = false;
                return;
            }
            Instant now = loop.clock().instant();
            if (!heldAtLastTick) {
                // Nobody looked at the streams for a while: their silence begins now.
                running().forEach(attempt -> attempt.lastEvent = now);
                heldAtLastTick = true;
            }
            for (WorkerSlot worker : workers) {
                if (worker.attempt != null) {
                    attempts.checkSilence(worker.attempt);
                }
                if (!worker.describing && !worker.nextPoll.isAfter(now)) {
                    describe(worker);
                }
            }
            dispatch();
            metrics.count(board.tasks());
        });
    }

    /** Stops listening and gives nothing out any more. The workers go on. */
    public CompletableFuture<Void> stop() {
        return loop.ask(() -> {
            stopped = true;
            running().forEach(ends::release);
            metrics.count(List.of());
            return null;
        });
    }

    private boolean leads() {
        return !stopped && leadership.isHeld();
    }

    private List<Attempt> running() {
        return workers.stream()
                .flatMap(worker -> Stream.ofNullable(worker.attempt))
                .toList();
    }

    private void describe(WorkerSlot worker) {
        long began = board.nextStep();
        worker.describing = true;
        worker.client
                .describe()
                .whenComplete((description, error) -> loop.run(() -> {
                    worker.describing = false;
                    worker.answeredFrom = began;
                    // What was asked before the latest change of hands is out of date: ask again at once.
                    worker.nextPoll =
                            began > worker.changed ? loop.clock().instant().plus(settings.pollInterval()) : Instant.MIN;
                    described(worker, description);
                    dispatch();
                }));
    }

    private void described(WorkerSlot worker, @Nullable WorkerDescription description) {
        boolean answered = description != null;
        if (worker.reachable != answered) {
            LOG.infof("Worker %s is %s", worker.address(), answered ? "reachable" : "not reachable");
        }
        worker.reachable = answered;
        if (description == null) {
            return;
        }
        worker.description = Optional.of(description);
        worker.lastSeen = Optional.of(loop.clock().instant());
        if (!leads()) {
            return;
        }
        if (description.hasLastDeath()) {
            WorkerDeath death = description.getLastDeath();
            board.task(death.getKey()).ifPresent(task -> ends.died(worker, task, death));
        }
        if (worker.attempt == null
                && worker.answeredFrom > worker.changed
                && !description.getRunningKey().isEmpty()) {
            found(worker, description);
        }
    }

    /** A worker runs something that this dispatcher does not listen to. */
    private void found(WorkerSlot worker, WorkerDescription description) {
        Optional<Task> known = board.task(description.getRunningKey());
        if (known.isEmpty()) {
            return;
        }
        Task task = known.get();
        if (task.ended()) {
            // Cancelled, or done or given up after this worker was lost: nobody waits for what it makes.
            worker.client.cancel(task.key().hex());
        } else if (task.state == TASK_STATE_READY
                && task.current == null
                && description.getState() == WorkerState.WORKER_STATE_BUSY) {
            attempts.join(task, worker, Math.max(1, description.getRunningAttempt()));
        }
    }

    private void dispatch() {
        if (!leads()) {
            return;
        }
        dispatch(TaskKind.TASK_KIND_TRAIN, WorkerKind.WORKER_KIND_TRAINER);
        dispatch(TaskKind.TASK_KIND_PRUNE, WorkerKind.WORKER_KIND_PRUNER);
        dispatch(TaskKind.TASK_KIND_EVALUATE, WorkerKind.WORKER_KIND_EVALUATOR);
    }

    private void dispatch(TaskKind kind, WorkerKind workerKind) {
        List<WorkerSlot> pool = workers.stream()
                .filter(worker -> worker.client.kind() == workerKind)
                .toList();
        // Until each has been asked, one of them may be running what is about to be given to another.
        if (!pool.stream().allMatch(worker -> worker.answeredFrom >= 0)) {
            return;
        }
        Instant now = loop.clock().instant();
        board.tasks().stream()
                .filter(task -> task.plan.kind() == kind && eligible(task, now))
                .filter(task -> task.losses.inVain() >= settings.lossesWithoutProgress())
                .toList()
                .forEach(ends::giveUpAfterLosses);
        // Not before all were asked: one that was not upgraded yet may be running such a task, and then ends it.
        board.tasks().stream()
                .filter(task -> task.plan.kind() == kind && eligible(task, now) && OtherVersion.concerns(task))
                .toList()
                .forEach(ends::giveUpOtherVersion);
        FairOrder order = new FairOrder(kind, board.experiments());
        while (pool.stream().anyMatch(WorkerSlot::idle)) {
            List<Task> ready = board.tasks().stream()
                    .filter(task -> task.plan.kind() == kind && eligible(task, now))
                    .toList();
            if (ready.isEmpty()) {
                return;
            }
            Task next = order.next(ready);
            order.served(next, board.nextStep());
            attempts.assign(next, choose(next, pool));
        }
    }

    private static boolean eligible(Task task, Instant now) {
        WorkerSlot last = task.lastWorker;
        return task.state == TASK_STATE_READY
                && task.current == null
                && !task.notBefore.isAfter(now)
                && (last == null || last.answeredFrom > task.askLastWorkerAfter);
    }

    /** Any idle worker, rather not the one on which the latest attempt ended. */
    private static WorkerSlot choose(Task task, List<WorkerSlot> pool) {
        List<WorkerSlot> idle = pool.stream().filter(WorkerSlot::idle).toList();
        return idle.stream()
                .filter(worker -> worker != task.lastWorker)
                .findFirst()
                .orElse(idle.get(0));
    }
}
