package org.crvqa.coordinator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.StoreIdentity;
import org.crvqa.coordinator.api.Coordinator;
import org.crvqa.coordinator.api.Experiments;
import org.crvqa.coordinator.api.Watches;
import org.crvqa.coordinator.dispatch.AttemptLog;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.EventLoop;
import org.crvqa.coordinator.dispatch.Leadership;
import org.crvqa.coordinator.experiment.ExperimentStore;
import org.crvqa.coordinator.plan.InputResolver;
import org.jboss.logging.Logger;

/**
 * Everything that a coordinator does while it leads, made anew for each term from the store: all experiments, then
 * dispatch. At its end nothing is told to the workers, which go on; the next leader finds them again.
 */
final class TermOfOffice implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TermOfOffice.class);
    private static final int STORE_THREADS = 4;

    /** What to close, latest first. */
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private final Coordinator coordinator;

    /** Blocks until all experiments of the store are loaded. */
    TermOfOffice(Foundation foundation, Leadership leadership) {
        AttemptLog attempts = new AttemptLog(foundation.store(), foundation.artifacts(), foundation.clock());
        Dispatcher dispatcher = dispatcher(foundation, attempts, leadership);
        Experiments experiments = new Experiments(
                new InputResolver(new Names(foundation.store()), foundation.artifacts()),
                new ExperimentStore(foundation.store(), foundation.clock()),
                attempts,
                foundation.artifacts(),
                dispatcher);
        try {
            experiments.load();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        Watches watches = new Watches(dispatcher, foundation.steady());
        every(scheduler("clock"), DispatchSettings.TICK, dispatcher::tick);
        every(scheduler("watches"), Watches.INTERVAL, watches::serve);
        closing.push(watches::close);
        coordinator = new Coordinator(experiments, dispatcher, watches, leadership);
    }

    Coordinator coordinator() {
        return coordinator;
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        closing.clear();
    }

    private Dispatcher dispatcher(Foundation foundation, AttemptLog attempts, Leadership leadership) {
        ExecutorService blocking = Executors.newFixedThreadPool(STORE_THREADS, action -> new Thread(action, "store"));
        closing.push(blocking::shutdownNow);
        ScheduledExecutorService state =
                Executors.newSingleThreadScheduledExecutor(action -> new Thread(action, "dispatch"));
        Dispatcher dispatcher = new Dispatcher(
                new EventLoop(foundation.steady(), state, blocking),
                foundation.settings().dispatch(),
                attempts,
                foundation.metrics(),
                foundation.workers(),
                leadership,
                StoreIdentity.of(foundation.store()));
        closing.push(() -> {
            var unused = dispatcher.stop();
            state.shutdown();
        });
        return dispatcher;
    }

    private ScheduledExecutorService scheduler(String name) {
        ScheduledExecutorService scheduler =
                Executors.newSingleThreadScheduledExecutor(action -> new Thread(action, name));
        closing.push(scheduler::shutdownNow);
        return scheduler;
    }

    static void every(ScheduledExecutorService scheduler, Duration interval, Runnable action) {
        var unused = scheduler.scheduleWithFixedDelay(
                () -> {
                    try {
                        action.run();
                    } catch (RuntimeException e) {
                        // A scheduled action that throws would never run again.
                        LOG.error("A periodic action failed", e);
                    }
                },
                0,
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }
}
