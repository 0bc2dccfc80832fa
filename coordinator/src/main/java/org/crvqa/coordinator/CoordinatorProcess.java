package org.crvqa.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.api.Coordinator;
import org.crvqa.coordinator.api.CoordinatorSource;
import org.crvqa.coordinator.api.Experiments;
import org.crvqa.coordinator.api.Watches;
import org.crvqa.coordinator.dispatch.AttemptLog;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.DispatchSettings;
import org.crvqa.coordinator.dispatch.Dispatcher;
import org.crvqa.coordinator.dispatch.EventLoop;
import org.crvqa.coordinator.dispatch.WorkerAddresses;
import org.crvqa.coordinator.dispatch.WorkerClient;
import org.crvqa.coordinator.experiment.ExperimentStore;
import org.crvqa.coordinator.plan.InputResolver;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The life of a coordinator process. Start: settings, store, all experiments of the store, then dispatch. Stop: nothing
 * is told to the workers, which go on; the next start finds them again.
 */
@Singleton
public class CoordinatorProcess implements CoordinatorSource {
    private static final Logger LOG = Logger.getLogger(CoordinatorProcess.class);
    private static final int EXIT_CANNOT_START = 1;
    private static final int STORE_THREADS = 4;

    private final Config config;
    private final MeterRegistry meters;
    private final ServingStatus serving;
    /** For what is kept in the store. */
    private final Clock clock = Clock.systemUTC();

    /** For what waits. */
    private final Clock steady = new SteadyClock(clock, System::nanoTime);
    /** What to close, latest first. */
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private volatile @Nullable Coordinator coordinator;

    CoordinatorProcess(Config config, MeterRegistry meters, ServingStatus serving) {
        this.config = config;
        this.meters = meters;
        this.serving = serving;
    }

    @Override
    public Optional<Coordinator> coordinator() {
        return Optional.ofNullable(coordinator);
    }

    void start(@Observes StartupEvent event) {
        if (!serving.isServerListening()) {
            // Most likely another coordinator has it: a second one would give the same tasks to the same workers.
            cannotStart(
                    "The gRPC server does not listen on port "
                            + config.getValue("quarkus.grpc.server.port", String.class),
                    "Set CRVQA_GRPC_PORT to a free port and CRVQA_HOST to an address of this machine.");
            return;
        }
        serving.set(false);
        try {
            start(environment());
        } catch (InvalidInputException e) {
            cannotStart(e.getMessage(), e.advice());
        } catch (StoreException | ArtifactCorruptException e) {
            cannotStart(e.getMessage(), "Check that the object store runs and accepts this process's credentials.");
        }
    }

    void stop(@Observes ShutdownEvent event) {
        serving.set(false);
        closing.forEach(Runnable::run);
    }

    private void start(Map<String, String> environment) {
        CoordinatorSettings settings = CoordinatorSettings.fromEnvironment(environment);
        ObjectStore store = ObjectStores.open(StoreSettings.fromEnvironment(environment));
        closing.push(store::close);
        ArtifactRepository artifacts = new ArtifactRepository(store, settings.cache());
        AttemptLog attempts = new AttemptLog(store, artifacts, clock);
        ScheduledExecutorService ticks = scheduler("clock");
        Dispatcher dispatcher = dispatcher(settings, attempts);
        Experiments experiments = new Experiments(
                new InputResolver(new Names(store), artifacts),
                new ExperimentStore(store, clock),
                attempts,
                artifacts,
                dispatcher);
        experiments.load();
        Watches watches = new Watches(dispatcher, steady);
        every(ticks, DispatchSettings.TICK, dispatcher::tick);
        every(scheduler("watches"), Watches.INTERVAL, watches::serve);
        coordinator = new Coordinator(experiments, dispatcher, watches);
        serving.set(true);
        settings.parentPid().ifPresent(pid -> ParentWatch.start(pid, Quarkus::asyncExit));
        LOG.infof(
                "Coordinator: store %s, trainers [%s], pruners [%s], evaluators [%s], gRPC %s, HTTP %s",
                store.location(),
                settings.trainers(),
                settings.pruners(),
                settings.evaluators(),
                config.getValue("quarkus.grpc.server.port", String.class),
                config.getValue("quarkus.http.port", String.class));
    }

    private Dispatcher dispatcher(CoordinatorSettings settings, AttemptLog attempts) {
        List<WorkerClient> clients =
                WorkerAddresses.connect(settings.trainers(), settings.pruners(), settings.evaluators());
        clients.forEach(client -> closing.push(client::close));
        ExecutorService blocking = Executors.newFixedThreadPool(STORE_THREADS, action -> new Thread(action, "store"));
        closing.push(blocking::shutdownNow);
        return new Dispatcher(
                new EventLoop(steady, scheduler("dispatch"), blocking),
                settings.dispatch(),
                attempts,
                new DispatchMetrics(meters),
                clients);
    }

    private ScheduledExecutorService scheduler(String name) {
        ScheduledExecutorService scheduler =
                Executors.newSingleThreadScheduledExecutor(action -> new Thread(action, name));
        closing.push(scheduler::shutdownNow);
        return scheduler;
    }

    private static void every(ScheduledExecutorService scheduler, Duration interval, Runnable action) {
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

    /** The environment, which tests and properties files may replace. */
    private Map<String, String> environment() {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("CRVQA_"))
                .distinct()
                .flatMap(name -> config.getOptionalValue(name, String.class).map(v -> Map.entry(name, v)).stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void cannotStart(String message, String advice) {
        LOG.errorf("Cannot start: %s%s %s", message, message.endsWith(".") ? "" : ".", advice);
        Quarkus.asyncExit(EXIT_CANNOT_START);
    }
}
