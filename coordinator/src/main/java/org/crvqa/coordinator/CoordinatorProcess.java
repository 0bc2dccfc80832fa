package org.crvqa.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.StoreIdentity;
import org.crvqa.artifacts.process.ParentWatch;
import org.crvqa.artifacts.process.ServerEnd;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.api.Coordinator;
import org.crvqa.coordinator.api.CoordinatorSource;
import org.crvqa.coordinator.api.ExperimentMetrics;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.GrpcConnector;
import org.crvqa.study.reading.StoreReads;
import org.crvqa.study.threads.Threads;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The life of a coordinator process. Start: settings, store, connections to workers, then its part in the election of the
 * leader ({@link Office}). Stop: the lead is given up, so that another process need not wait.
 */
@Singleton
public class CoordinatorProcess implements CoordinatorSource {
    private static final Logger LOG = Logger.getLogger(CoordinatorProcess.class);
    private static final int EXIT_CANNOT_START = 1;

    private final Config config;
    private final MeterRegistry meters;
    private final ServingStatus serving;
    private final ServerEnd serverEnd;
    /** What to close, latest first; its own monitor. */
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private boolean stopped;
    private volatile @Nullable Office office;

    CoordinatorProcess(Config config, MeterRegistry meters, ServingStatus serving, ServerEnd serverEnd) {
        this.config = config;
        this.meters = meters;
        this.serving = serving;
        this.serverEnd = serverEnd;
    }

    @Override
    public Optional<Coordinator> coordinator() {
        return Optional.ofNullable(office).flatMap(Office::coordinator);
    }

    @Override
    public Optional<String> leaderElsewhere() {
        return Optional.ofNullable(office).flatMap(Office::leaderElsewhere);
    }

    @Override
    public Optional<StoreReads> standby() {
        return Optional.ofNullable(office).flatMap(Office::standby);
    }

    @Override
    public String whyNot() {
        Office opened = office;
        return opened == null ? "The coordinator is starting; ask again" : opened.whyNot();
    }

    void start(@Observes StartupEvent event) {
        if (!serving.isServerListening()) {
            // Most likely another coordinator has it, and the two would take each other for the same one.
            cannotStart(
                    "The gRPC server does not listen on port "
                            + config.getValue("quarkus.grpc.server.port", String.class),
                    "Set CRVQA_GRPC_PORT to a free port and CRVQA_HOST to an address of this machine.");
            return;
        }
        serving.set(false);
        Thread.setDefaultUncaughtExceptionHandler(Threads::escaped);
        // On a thread of its own: whoever asks over HTTP whether this process lives is answered while the store is not.
        Threads.named("start").newThread(this::begin).start();
    }

    private void begin() {
        try {
            start(environment());
        } catch (InvalidInputException e) {
            cannotStart(e.getMessage(), e.advice());
        } catch (StoreException | ArtifactCorruptException e) {
            cannotStart(e.getMessage(), "Check that the object store runs and accepts this process's credentials.");
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        serving.set(false);
        synchronized (closing) {
            stopped = true;
            closing.forEach(Runnable::run);
            closing.clear();
        }
        serverEnd.await();
    }

    /** Notes what to do at the end; does it at once when that has come while the start was under way. */
    private void atTheEnd(Runnable close) {
        synchronized (closing) {
            if (stopped) {
                close.run();
            } else {
                closing.push(close);
            }
        }
    }

    private void start(Map<String, String> environment) {
        CoordinatorSettings settings = CoordinatorSettings.fromEnvironment(environment);
        ObjectStore store = ObjectStores.open(StoreSettings.fromEnvironment(environment));
        atTheEnd(store::close);
        Workers workers = Workers.from(environment, settings, meters);
        atTheEnd(workers::close);
        workers.membership().start();
        Clock clock = Clock.systemUTC();
        Foundation foundation = new Foundation(
                settings,
                store,
                storeId(store),
                new ArtifactRepository(store, settings.cache()),
                workers,
                new GrpcConnector(),
                new DispatchMetrics(meters),
                new ExperimentMetrics(meters),
                clock,
                new SteadyClock(clock, System::nanoTime));
        String port = config.getValue("quarkus.grpc.server.port", String.class);
        Office opened = new Office(
                foundation,
                serving,
                Instance.name(config.getValue("quarkus.grpc.server.host", String.class), port, Instance.hostName()));
        atTheEnd(opened::close);
        office = opened;
        opened.start();
        settings.parentPid().ifPresent(pid -> ParentWatch.start(pid, Quarkus::asyncExit));
        LOG.infof(
                "Coordinator: store %s, %s, gRPC %s, HTTP %s",
                store.location(), workers.description(), port, config.getValue("quarkus.http.port", String.class));
    }

    /** One bad object is no reason not to start: without it nobody's store is compared. */
    private static String storeId(ObjectStore store) {
        try {
            return StoreIdentity.of(store);
        } catch (ArtifactCorruptException e) {
            LOG.errorf("Whether workers have the same store is not compared: %s", e.getMessage());
            return "";
        }
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
