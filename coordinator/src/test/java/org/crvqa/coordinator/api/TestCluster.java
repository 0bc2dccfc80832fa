package org.crvqa.coordinator.api;

import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.EventLoop;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.dispatch.WorkerClient;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.v1.ExperimentSource;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.InputResolver;
import org.crvqa.study.plan.Release;
import org.crvqa.study.threads.ParallelReads;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * One start of a coordinator of some release, with an idle worker of each kind, over a store. Everything happens on the
 * test's thread; workers begin what they are given and never end it, unless they are told to.
 */
final class TestCluster {
    /** What workers began. */
    final List<TaskAssignment> begun = new ArrayList<>();

    final MeterRegistry meters = new SimpleMeterRegistry();
    final ExperimentStore store;
    final Experiments experiments;
    private final List<Worker> workers = new ArrayList<>();
    private final Dispatcher dispatcher;
    private final long term;
    private Optional<ArtifactRepository> worksThere = Optional.empty();

    TestCluster(ObjectStore objects, Path cache, Release release) {
        this(objects, cache, release, 0);
    }

    /** {@code term}: in which it leads. */
    TestCluster(ObjectStore objects, Path cache, Release release, long term) {
        this.term = term;
        ArtifactRepository artifacts = new ArtifactRepository(objects, cache);
        AttemptLog attempts = new AttemptLog(objects, artifacts, Clock.systemUTC());
        store = new ExperimentStore(objects, Clock.systemUTC());
        dispatcher = new Dispatcher(
                new EventLoop(Clock.systemUTC(), new Turns(), Runnable::run),
                new DispatchSettings(Duration.ofHours(1), Duration.ofHours(1)),
                attempts,
                new DispatchMetrics(meters),
                member -> connect(member.kind()),
                Leadership.ALONE,
                "");
        dispatcher.members(Stream.of(
                        WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR)
                .map(kind -> Member.fixed(kind, kind.name() + ":1"))
                .toList());
        experiments = new Experiments(
                new Experiments.Parts(
                        new InputResolver(new Names(objects), artifacts),
                        store,
                        new Courses(objects),
                        attempts,
                        artifacts,
                        dispatcher,
                        new TermFence(objects, term),
                        term,
                        ParallelReads.oneByOne(),
                        new ExperimentMetrics(meters),
                        Clock.systemUTC()),
                release);
    }

    private Worker connect(WorkerKind kind) {
        Worker worker = new Worker(kind);
        workers.add(worker);
        return worker;
    }

    /** Loads what is in the store, and begins to dispatch. */
    TestCluster start() {
        experiments.load();
        dispatcher.tick();
        return this;
    }

    /** From now on workers do at once what they are given, with results in {@code artifacts}. */
    void work(ArtifactRepository artifacts) {
        worksThere = Optional.of(artifacts);
    }

    /** From now on workers begin what they are given and do not end it. */
    void rest() {
        worksThere = Optional.empty();
    }

    /** The first task that a worker of a kind runs fails for good. */
    void fail(WorkerKind kind) {
        Worker worker = workers.stream()
                .filter(one -> one.kind == kind && one.observer != null)
                .findFirst()
                .orElseThrow();
        worker.fail();
        dispatcher.tick();
    }

    /** What a worker of a kind was told to stop. */
    List<String> stopped(WorkerKind kind) {
        return workers.stream()
                .filter(worker -> worker.kind == kind)
                .flatMap(worker -> worker.stopped.stream())
                .toList();
    }

    void tick() {
        dispatcher.tick();
    }

    Experiments.Checked check(String yaml) {
        return experiments.check(ExperimentSource.newBuilder().setYaml(yaml).build());
    }

    StoredExperiment submit(String yaml) {
        return experiments.submit(check(yaml)).experiment();
    }

    StoredExperiment stored(String id) {
        return store.find(id).orElseThrow();
    }

    ExperimentStatus status(String id) {
        return experiments.status(id);
    }

    Watches watches(Clock clock) {
        return new Watches(dispatcher, experiments, term, clock);
    }

    /** What a leader believes whose store is behind. */
    void cancelOnBoardOnly(String id) {
        Waiting.on(dispatcher.cancel(id));
    }

    /** Whether it is on the board. */
    boolean dispatcherKnows(String id) {
        return Waiting.on(dispatcher.status(id)).isPresent();
    }

    /** Runs one thing after the other, though one may ask for the next. */
    private static final class Turns implements Executor {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private boolean turning;

        @Override
        public void execute(Runnable turn) {
            waiting.add(turn);
            if (turning) {
                return;
            }
            turning = true;
            while (!waiting.isEmpty()) {
                waiting.poll().run();
            }
            turning = false;
        }
    }

    private final class Worker implements WorkerClient {
        private final WorkerKind kind;
        final List<String> stopped = new ArrayList<>();
        private TaskAssignment running = TaskAssignment.getDefaultInstance();

        @Nullable
        WorkObserver observer;

        Worker(WorkerKind kind) {
            this.kind = kind;
        }

        @Override
        public CompletableFuture<WorkerDescription> describe() {
            boolean idle = running.getKey().isEmpty();
            return CompletableFuture.completedFuture(WorkerDescription.newBuilder()
                    .setKind(kind)
                    .setState(idle ? WorkerState.WORKER_STATE_IDLE : WorkerState.WORKER_STATE_BUSY)
                    .setRunningKey(running.getKey())
                    .setRunningAttempt(running.getAttempt())
                    .build());
        }

        @Override
        public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
            if (assignment.getSpec().getAlgorithmVersion() != AlgorithmVersion.CURRENT) {
                observer.onEnd(Status.INVALID_ARGUMENT);
                return () -> {};
            }
            begun.add(assignment);
            running = assignment;
            this.observer = observer;
            observer.onEvent(TaskEvent.newBuilder()
                    .setAccepted(TaskAccepted.newBuilder().setAttempt(assignment.getAttempt()))
                    .build());
            worksThere.ifPresent(artifacts -> complete(artifacts, assignment, observer));
            return () -> {};
        }

        private void complete(ArtifactRepository artifacts, TaskAssignment assignment, WorkObserver observer) {
            try (ArtifactDraft draft = artifacts.draft(assignment.getSpec())) {
                Manifest made = draft.commit(Manifest.getDefaultInstance());
                running = TaskAssignment.getDefaultInstance();
                observer.onEvent(TaskEvent.newBuilder()
                        .setCompleted(TaskCompleted.newBuilder().setManifest(made))
                        .build());
                observer.onEnd(Status.OK);
            }
        }

        void fail() {
            WorkObserver told = Objects.requireNonNull(observer);
            running = TaskAssignment.getDefaultInstance();
            observer = null;
            told.onEvent(TaskEvent.newBuilder()
                    .setFailed(TaskFailure.newBuilder()
                            .setKind(FailureKind.FAILURE_KIND_USER_ERROR)
                            .setCause("no such split"))
                    .build());
            told.onEnd(Status.OK);
        }

        @Override
        public CompletableFuture<Boolean> cancel(String key, long term) {
            stopped.add(key);
            if (running.getKey().equals(key)) {
                running = TaskAssignment.getDefaultInstance();
                observer = null;
            }
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void close() {}
    }
}
