package org.crvqa.coordinator.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.EventLoop;
import org.crvqa.coordinator.dispatch.GrpcConnector;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.plan.InputResolver;
import org.crvqa.study.threads.ParallelReads;
import org.crvqa.study.threads.Threads;

/** A coordinator with its threads, as in a term of office, that a bench starts and stops. */
final class BenchCoordinator implements AutoCloseable {
    private static final long LOADED_PROBE_MILLIS = 5;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final Dispatcher dispatcher;
    final Experiments experiments;

    /** {@code members}: its workers, over gRPC. */
    BenchCoordinator(ObjectStore store, Path cache, List<Member> members) {
        Clock clock = Clock.systemUTC();
        ArtifactRepository artifacts = new ArtifactRepository(store, cache);
        AttemptLog attempts = new AttemptLog(store, artifacts, clock);
        ParallelReads reads = ParallelReads.create();
        closing.push(reads::close);
        ExecutorService blocking = Executors.newFixedThreadPool(16, Threads.named("store"));
        closing.push(blocking::shutdownNow);
        ScheduledExecutorService state = Executors.newSingleThreadScheduledExecutor(Threads.named("dispatch"));
        closing.push(state::shutdownNow);
        dispatcher = new Dispatcher(
                new EventLoop(clock, state, blocking),
                new DispatchSettings(Duration.ofSeconds(45), Duration.ofMillis(1500)),
                attempts,
                new DispatchMetrics(meters),
                new GrpcConnector(),
                Leadership.ALONE,
                "");
        closing.push(() -> dispatcher.stop().join());
        dispatcher.members(members);
        experiments = new Experiments(new Experiments.Parts(
                new InputResolver(new Names(store), artifacts),
                new ExperimentStore(store, clock),
                new Courses(store),
                attempts,
                artifacts,
                dispatcher,
                new TermFence(store, 1),
                1,
                reads,
                new ExperimentMetrics(meters),
                clock));
    }

    /** Begins with what is in the store, and returns when all of it is read. */
    void load() throws InterruptedException {
        ScheduledExecutorService loading =
                Executors.newScheduledThreadPool(Experiments.LOADED_AT_ONCE, Threads.named("load"));
        closing.push(loading::shutdownNow);
        CountDownLatch surveyed = new CountDownLatch(1);
        experiments.begin(loading, surveyed::countDown);
        surveyed.await();
        while (meters.get("crvqa.experiments.loading").gauge().value() > 0) {
            TimeUnit.MILLISECONDS.sleep(LOADED_PROBE_MILLIS);
        }
    }

    /** Begins to look at the clock. */
    void tick() {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(Threads.named("clock"));
        closing.push(scheduler::shutdownNow);
        Threads.every(scheduler, DispatchSettings.TICK, dispatcher::tick);
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }
}
