package org.crvqa.coordinator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.crvqa.artifacts.Names;
import org.crvqa.coordinator.api.Coordinator;
import org.crvqa.coordinator.api.Experiments;
import org.crvqa.coordinator.api.Watches;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.EventLoop;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.fleet.Membership;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.scale.ScaleLoop;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.Courses;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.plan.InputResolver;
import org.crvqa.study.threads.ParallelReads;
import org.crvqa.study.threads.Threads;
import org.jboss.logging.Logger;

/**
 * Everything that a coordinator does while it leads, made anew for each term from the store: what is dispatched begins
 * while the rest is still read. At its end nothing is told to the workers, which go on; the next leader finds them again.
 */
final class TermOfOffice implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TermOfOffice.class);

    /** Of which some may hang while others go on. */
    private static final int STORE_THREADS = 16;

    /** For what is still to be recorded at the end. */
    private static final int RECORD_SECONDS = 2;

    private static final Duration ENDS_INTERVAL = Duration.ofSeconds(2);

    /** What to close, latest first. */
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private final Watches watches;
    private final Coordinator coordinator;
    private volatile boolean surveyed;

    /** Returns at once; {@code onChange} is called when {@link #coordinator()} has one. */
    TermOfOffice(Foundation foundation, Leadership leadership, Runnable onChange) {
        AttemptLog attempts = new AttemptLog(foundation.store(), foundation.artifacts(), foundation.clock());
        ParallelReads reads = ParallelReads.create();
        closing.push(reads::close);
        Dispatcher dispatcher = dispatcher(foundation, attempts, leadership);
        Membership.Subscription subscription = foundation.workers().membership().subscribe(dispatcher::members);
        closing.push(subscription::close);
        TermFence fence = new TermFence(foundation.store(), leadership.term());
        Experiments experiments = new Experiments(new Experiments.Parts(
                new InputResolver(new Names(foundation.store()), foundation.artifacts()),
                new ExperimentStore(foundation.store(), foundation.clock()),
                new Courses(foundation.store()),
                attempts,
                foundation.artifacts(),
                dispatcher,
                fence,
                leadership.term(),
                reads,
                foundation.experiments(),
                foundation.clock()));
        watches = new Watches(dispatcher, experiments, leadership.term(), foundation.steady());
        coordinator = new Coordinator(experiments, dispatcher, watches, leadership);
        ScheduledExecutorService loading =
                Executors.newScheduledThreadPool(Experiments.LOADED_AT_ONCE, Threads.named("load"));
        closing.push(loading::shutdownNow);
        experiments.begin(loading, () -> {
            surveyed = true;
            onChange.run();
        });
        Threads.every(scheduler("clock"), DispatchSettings.TICK, dispatcher::tick);
        Threads.every(scheduler("watches"), Watches.INTERVAL, watches::serve);
        Threads.every(scheduler("ends"), ENDS_INTERVAL, experiments::noteEnds);
        closing.push(watches::close);
        foundation.workers().scaling().ifPresent(scaling -> {
            ScaleLoop loop = new ScaleLoop(new ScaleLoop.Parts(
                    scaling.settings(),
                    dispatcher::fleet,
                    scaling.pools(),
                    scaling.cordon(),
                    leadership,
                    fence::newerTermExists,
                    experiments::isLoaded,
                    scaling.metrics(),
                    foundation.steady()));
            Threads.every(scheduler("scale"), ScaleLoop.INTERVAL, loop::step);
            closing.push(loop::close);
        });
    }

    /** Empty until it is known which experiments there are. */
    Optional<Coordinator> coordinator() {
        return surveyed ? Optional.of(coordinator) : Optional.empty();
    }

    /** Ends the streams of now. */
    void endWatches() {
        watches.end();
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        closing.clear();
    }

    private Dispatcher dispatcher(Foundation foundation, AttemptLog attempts, Leadership leadership) {
        ExecutorService blocking = Executors.newFixedThreadPool(STORE_THREADS, Threads.named("store"));
        closing.push(blocking::shutdownNow);
        ScheduledExecutorService state = Executors.newSingleThreadScheduledExecutor(Threads.named("dispatch"));
        Dispatcher dispatcher = new Dispatcher(
                new EventLoop(foundation.steady(), state, blocking),
                foundation.settings().dispatch(),
                attempts,
                foundation.metrics(),
                foundation.connector(),
                leadership,
                foundation.storeId());
        closing.push(() -> {
            stop(dispatcher);
            state.shutdown();
        });
        return dispatcher;
    }

    /** How attempts ended is recorded before the threads go that ask the store, unless it takes long. */
    private static void stop(Dispatcher dispatcher) {
        try {
            dispatcher.stop().get(RECORD_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("How some attempts ended may not be in the store: %s", e);
        }
    }

    private ScheduledExecutorService scheduler(String name) {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(Threads.named(name));
        closing.push(scheduler::shutdownNow);
        return scheduler;
    }
}
