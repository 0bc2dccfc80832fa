package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.task.v1.WorkerKind;

/**
 * Brings tasks to workers. Keeps nothing that is not in the store or known by the workers: after a restart it is told
 * the experiments again and finds the running tasks by asking the workers. Public methods may be called by any thread
 * and return at once.
 */
public final class Dispatcher {
    private static final int LOOKS_PER_SILENCE = 3;
    private static final List<TaskKind> KINDS =
            List.of(TaskKind.TASK_KIND_TRAIN, TaskKind.TASK_KIND_PRUNE, TaskKind.TASK_KIND_EVALUATE);

    private final EventLoop loop;
    private final DispatchSettings settings;
    private final DispatchMetrics metrics;
    final Roster roster;
    final TaskBoard board;
    private final OutcomeRecords records;
    private final ExperimentRetry retry;
    private final BoardWatch watch;
    private final AttemptEnds ends;
    private final AttemptFlow attempts;
    private final Inquiry inquiry;
    private final StatusView view;
    private final Leadership leadership;
    private final AtomicBoolean tickWaits = new AtomicBoolean();
    private final AtomicReference<List<Member>> newest = new AtomicReference<>();
    private Instant lastLook = Instant.MIN;
    private boolean stopped;

    /**
     * Gives out tasks for as long as it leads, to those workers of which {@link #members} tells it.
     *
     * @param storeId of the coordinator's store: workers that name another get nothing; empty: not known
     */
    public Dispatcher(
            EventLoop loop,
            DispatchSettings settings,
            AttemptLog log,
            DispatchMetrics metrics,
            WorkerConnector connector,
            Leadership leadership,
            String storeId) {
        this(loop, settings, log, metrics, connector, leadership, storeId, AttemptSteps::step);
    }

    /** {@code steps}: as {@link AttemptSteps#step}. */
    Dispatcher(
            EventLoop loop,
            DispatchSettings settings,
            AttemptLog log,
            DispatchMetrics metrics,
            WorkerConnector connector,
            Leadership leadership,
            String storeId,
            BiFunction<AttemptState, AttemptEvent, AttemptTable.Step> steps) {
        this.leadership = leadership;
        this.loop = loop;
        this.settings = settings;
        this.metrics = metrics;
        this.roster = new Roster(loop.clock(), storeId, connector);
        this.board = new TaskBoard(loop.clock(), settings.lossesWithoutProgress());
        this.retry = new ExperimentRetry(board);
        this.watch = new BoardWatch(board, loop.clock());
        this.records = new OutcomeRecords(loop);
        this.ends = new AttemptEnds(
                loop, board, roster, log, records, metrics, this::stopWork, settings.lossesWithoutProgress());
        this.attempts = new AttemptFlow(
                loop, board, roster, log, ends, records, metrics, leadership, settings, this::freed, steps);
        this.inquiry = new Inquiry(loop, board, roster, attempts, ends, leadership, settings.pollInterval());
        this.view = new StatusView(board, roster, loop.clock());
    }

    private void stopWork(Task task) {
        attempts.stop(task);
    }

    private void freed(WorkerSlot worker) {
        if (leads()) {
            inquiry.ask(worker, this::dispatch);
        }
    }

    /**
     * Who there is from now on. May be called by any thread, as often as one likes: what has not had its turn when the next
     * list comes is passed over.
     */
    public void members(List<Member> members) {
        if (newest.getAndSet(members) != null) {
            return;
        }
        loop.run(() -> {
            List<Member> latest = newest.getAndSet(null);
            if (latest != null && !stopped) {
                Status gone = Status.UNAVAILABLE.withDescription("it is not at this address any more");
                roster.members(latest).forEach(attempt -> attempts.streamEnded(attempt, gone));
                dispatch();
            }
        });
    }

    /** What the workers do, and what there is for them to do. */
    public CompletableFuture<FleetView> fleet() {
        return loop.ask(() -> {
            Map<WorkerKind, Integer> ready = new EnumMap<>(WorkerKind.class);
            Map<WorkerKind, Integer> running = new EnumMap<>(WorkerKind.class);
            for (TaskKind kind : KINDS) {
                WorkerKind worker = Roster.workerKind(kind);
                ready.put(worker, board.queue().waiting(kind));
                running.put(worker, roster.attached(worker));
            }
            return new FleetView(ready, running, roster.seats());
        });
    }

    /** As the other one, for an experiment for which nothing was set. */
    public CompletableFuture<Void> add(
            StoredExperiment experiment, Optional<Plan> plan, Map<ArtifactKey, TaskHistory> histories) {
        return add(experiment, plan, histories, Settings.NONE);
    }

    /**
     * Takes an experiment; nothing happens when it is known. An empty plan: the one that it has cannot be read. What is kept
     * of the plan is made on the caller's thread, which takes a second for 100,000 tasks.
     *
     * @throws IllegalArgumentException when the plan cannot be carried out
     */
    public CompletableFuture<Void> add(
            StoredExperiment experiment,
            Optional<Plan> plan,
            Map<ArtifactKey, TaskHistory> histories,
            Settings settings) {
        List<BoardTask> prepared = plan.map(BoardTask::of).orElse(List.of());
        return loop.ask(() -> {
            board.add(experiment, plan, prepared, histories, settings);
            inquiry.concludeAgain();
            dispatch();
            return null;
        });
    }

    /**
     * Takes an experiment that somebody wished to cancel: what had not ended then is cancelled and does not run. Throws as
     * {@link #add} does.
     */
    public CompletableFuture<Void> addCancelled(
            StoredExperiment experiment, Plan plan, Map<ArtifactKey, TaskHistory> histories, Settings settings) {
        List<BoardTask> prepared = BoardTask.of(plan);
        return loop.ask(() -> {
            board.add(experiment, Optional.of(plan), prepared, histories, settings);
            board.cancel(experiment.id()).forEach(attempts::stop);
            inquiry.concludeAgain();
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
                    .map(ExperimentEntry::cancelled)
                    .orElse(false);
        });
    }

    /**
     * What was set for an experiment holds from now on. False when it is not known or has ended.
     *
     * @param stops whether a pause also takes those tasks from their workers that no other experiment may have run
     */
    public CompletableFuture<Boolean> set(String id, Settings settings, boolean stops) {
        return loop.ask(() -> {
            ExperimentEntry entry = board.experiments().get(id);
            if (entry == null || !entry.needsTasks()) {
                return false;
            }
            board.set(entry, settings);
            if (stops) {
                List.copyOf(entry.occupied).stream().filter(Task::isPaused).forEach(attempts::withdraw);
            }
            dispatch();
            return true;
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
                    retry.run(id, pardoned, histories).stream().map(Task::key).toList();
            dispatch();
            return again;
        });
    }

    /** Whether an experiment that is known has such a task. */
    public CompletableFuture<Boolean> knows(ArtifactKey task) {
        return loop.ask(() -> board.task(task.hex()).isPresent());
    }

    /** A page of an experiment's tasks, when it is known. */
    public CompletableFuture<Optional<TaskPage>> tasks(String id, TaskQuery query) {
        return loop.ask(() -> view.tasks(id, query));
    }

    /** The experiment without its tasks, when it is known. */
    public CompletableFuture<Optional<ExperimentStatus>> summary(String id) {
        return loop.ask(() -> view.experiment(id, false));
    }

    /** The experiment with its tasks, when it is known; without them where they are too many for one message. */
    public CompletableFuture<Optional<ExperimentStatus>> status(String id) {
        return loop.ask(() -> view.experiment(id, true));
    }

    /** All experiments, newest first, without their tasks. */
    public CompletableFuture<List<ExperimentStatus>> list() {
        return loop.ask(view::experiments);
    }

    /**
     * Forgets an experiment that has ended and whose end is written down, with the tasks that no other one contains: to be
     * called some time after its end, when its watchers have seen it. To retry it, add it again. False when it is not
     * known or has not ended.
     */
    public CompletableFuture<Boolean> forget(String id) {
        return loop.ask(() -> board.forget(id));
    }

    /** Why there is no room for another experiment with so many tasks; empty when there is. */
    public CompletableFuture<Optional<String>> refusal(int tasks) {
        return loop.ask(() -> tooMany(tasks));
    }

    private Optional<String> tooMany(int tasks) {
        int open = board.counts().open();
        return (long) open + tasks <= settings.mostTasks()
                ? Optional.empty()
                : Optional.of(
                        "There are " + open + " tasks to run already, and this experiment has " + tasks + ": at most "
                                + settings.mostTasks()
                                + " are taken. Submit it again when some have ended, or cancel an experiment;"
                                + " CRVQA_MOST_TASKS of the coordinator is this limit");
    }

    /**
     * What changed of experiments, each after a step that an earlier answer gave. Of those of which nothing did only when
     * they are asked for anyway. Costs what has changed.
     */
    public CompletableFuture<ExperimentChanges> changes(Map<String, Long> since, Set<String> anyway) {
        return loop.ask(() -> view.changes(since, anyway));
    }

    /** Experiments that changed after a step that an earlier answer gave; -1: all. Costs what has changed. */
    public CompletableFuture<ExperimentsChange> experimentsSince(long since) {
        return loop.ask(() -> view.experimentsSince(since));
    }

    /** All workers. */
    public CompletableFuture<List<WorkerStatus>> workers() {
        return loop.ask(view::workers);
    }

    /** Looks at the clock. To be called every {@link DispatchSettings#TICK}; a call while one waits for its turn does nothing. */
    public void tick() {
        if (!tickWaits.compareAndSet(false, true)) {
            return;
        }
        loop.run(() -> {
            tickWaits.set(false);
            if (leads()) {
                look();
            }
        });
    }

    private void look() {
        Instant now = loop.clock().instant();
        if (lastLook.plus(settings.silence().dividedBy(LOOKS_PER_SILENCE)).isBefore(now)) {
            // Nobody looked at the streams for a while, nor perhaps read from them: their silence begins now.
            roster.running().forEach(attempt -> attempt.listenFrom(now));
        }
        lastLook = now;
        roster.running().forEach(attempt -> attempts.checkSilence(attempt, now));
        roster.fileAll();
        for (WorkerSlot worker : roster.all()) {
            if (!worker.nextPoll.isAfter(now)) {
                inquiry.ask(worker, this::dispatch);
            }
        }
        records.tryAgain(now);
        dispatch();
        watch.look();
        metrics.show(board.counts());
        metrics.show(roster);
    }

    /**
     * Stops listening and gives nothing out any more. The workers go on. Completes when what is to be recorded of ended
     * attempts was tried once more.
     */
    public CompletableFuture<Void> stop() {
        return loop.ask(() -> {
                    stopped = true;
                    roster.running().forEach(attempt -> attempts.happens(attempt, new AttemptEvent.Abandoned()));
                    metrics.show(new TaskCounts());
                    roster.close();
                    return records.flush();
                })
                .thenCompose(flushed -> flushed);
    }

    private boolean leads() {
        return !stopped && leadership.isHeld();
    }

    private void dispatch() {
        if (!leads()) {
            return;
        }
        KINDS.forEach(this::dispatch);
    }

    private void dispatch(TaskKind kind) {
        if (!roster.isOpen(kind)) {
            return;
        }
        ReadyQueue queue = board.queue();
        queue.wake();
        // Not before all were asked: one that was not upgraded yet may be running such a task, and then ends it.
        for (Task doubtful : queue.doubtful(kind)) {
            if (OtherVersion.concerns(doubtful)) {
                ends.giveUpOtherVersion(doubtful);
            } else if (ends.isHopeless(doubtful)) {
                ends.giveUpAfterLosses(doubtful);
            }
        }
        List<Task> passedOver = new ArrayList<>();
        while (roster.hasIdle(kind)) {
            Optional<Task> next = queue.first(kind);
            if (next.isEmpty()) {
                break;
            }
            Optional<WorkerSlot> worker = roster.choose(next.get());
            if (worker.isPresent()) {
                queue.served(kind, board.nextStep());
                attempts.assign(next.get(), worker.get());
            } else {
                queue.withhold(next.get());
                passedOver.add(next.get());
            }
        }
        passedOver.forEach(queue::file);
    }
}
