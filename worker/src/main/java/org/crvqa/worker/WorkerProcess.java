package org.crvqa.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.crvqa.artifact.v1.Hardware;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CacheLimit;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.StoreIdentity;
import org.crvqa.artifacts.process.ParentWatch;
import org.crvqa.artifacts.process.ServerEnd;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoreSettings;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The life of a worker process. Start: settings, store, engine, then SERVING. Stop (SIGTERM, or the end of the parent
 * process): NOT_SERVING, drain, so that callers hear the last event, end the gRPC server, close the store.
 */
@Singleton
public class WorkerProcess {
    private static final Logger LOG = Logger.getLogger(WorkerProcess.class);
    private static final int EXIT_CANNOT_START = 1;

    /** How long an interrupted handler gets to reach its next check before its device thread is abandoned. */
    private static final Duration LAST_STEP = Duration.ofSeconds(5);

    private final WorkHandler handler;
    private final Config config;
    private final MeterRegistry meters;
    private final ServingStatus servingStatus;
    private final ServerEnd serverEnd;
    private final ScheduledExecutorService heartbeats =
            Executors.newSingleThreadScheduledExecutor(action -> daemon(action, "heartbeat"));
    private final ScheduledExecutorService upkeep =
            Executors.newSingleThreadScheduledExecutor(action -> daemon(action, "upkeep"));
    private final ExecutorService storeCalls = Executors.newCachedThreadPool(action -> daemon(action, "store"));

    private volatile @Nullable TaskRunner runner;
    private volatile @Nullable ObjectStore store;
    private volatile Duration drain = Duration.ZERO;

    @Inject
    WorkerProcess(
            WorkHandler handler,
            Config config,
            MeterRegistry meters,
            ServingStatus servingStatus,
            ServerEnd serverEnd) {
        this.handler = handler;
        this.config = config;
        this.meters = meters;
        this.servingStatus = servingStatus;
        this.serverEnd = serverEnd;
    }

    /** The runner, once the store is open. */
    Optional<TaskRunner> runner() {
        return Optional.ofNullable(runner);
    }

    void start(@Observes StartupEvent event) {
        if (!servingStatus.isServerListening()) {
            cannotStart(
                    "The gRPC server does not listen on port " + setting("quarkus.grpc.server.port"),
                    "Set CRVQA_GRPC_PORT to a free port and CRVQA_HOST to an address of this machine.");
            return;
        }
        servingStatus.set(false);
        try {
            start(environment());
        } catch (InvalidInputException e) {
            cannotStart(e.getMessage(), e.advice());
        } catch (StoreException | ArtifactCorruptException e) {
            cannotStart(e.getMessage(), "Check that the object store runs and accepts this worker's credentials.");
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        servingStatus.set(false);
        TaskRunner running = runner;
        if (running != null) {
            running.drain(drain);
            running.close();
            if (!running.awaitEnd(LAST_STEP)) {
                LOG.warn("The handler did not stop in time; what it writes is not committed");
            }
        }
        serverEnd.await();
        heartbeats.shutdownNow();
        upkeep.shutdownNow();
        // Pins are let go without anybody waiting for it, until here.
        storeCalls.shutdown();
        if (!storeCalls.awaitTermination(LAST_STEP.toMillis(), TimeUnit.MILLISECONDS)) {
            storeCalls.shutdownNow();
        }
        ObjectStore opened = store;
        if (opened != null) {
            opened.close();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Both report by themselves: beat(), engineStarted().
    private void start(Map<String, String> environment) {
        WorkerSettings settings = WorkerSettings.fromEnvironment(environment);
        drain = settings.drain();
        ObjectStore opened = ObjectStores.open(StoreSettings.fromEnvironment(environment));
        store = opened;
        InstantSource clock = InstantSource.system();
        WorkerIdentity identity = identity(settings, opened, clock);
        RunningMarker marker = marker(settings, environment);
        TaskRunner started = runner(settings, CacheLimit.fromEnvironment(environment), opened, identity, marker, clock);
        runner = started;
        OutOfMemory.endsProcess(marker::endsFor);
        long interval = settings.heartbeat().toMillis();
        heartbeats.scheduleAtFixedRate(
                OutOfMemory.guarded(() -> beat(started, marker)), interval, interval, TimeUnit.MILLISECONDS);
        settings.parentPid().ifPresent(pid -> ParentWatch.start(pid, this::stopWithoutParent));
        LOG.infof(
                "Worker %s %s: store %s, cache %s, device %s, threads %d, gRPC %s, HTTP %s",
                identity.id(),
                identity.version(),
                opened.location(),
                settings.cache(),
                settings.device(),
                settings.threads(),
                setting("quarkus.grpc.server.port"),
                setting("quarkus.http.port"));
        started.start(() -> handler.startEngine(settings)).whenComplete(this::engineStarted);
    }

    private TaskRunner runner(
            WorkerSettings settings,
            CacheLimit limit,
            ObjectStore opened,
            WorkerIdentity identity,
            RunningMarker marker,
            InstantSource clock) {
        ArtifactRepository artifacts = new ArtifactRepository(opened, settings.cache(), limit);
        WorkerMetrics metrics = new WorkerMetrics(meters, clock);
        Halt halt = Halt.ofProcess(settings.allowHalt());
        StateServices states = new StateServices(
                identity.id(), settings.cadence(), settings.storePatience(), halt, metrics, clock, System::nanoTime);
        TaskExecution execution = new TaskExecution(
                handler,
                artifacts,
                new Failures(() -> UUID.randomUUID().toString()),
                states,
                new StorePatience(settings.storePatience(), System::nanoTime, new SplittableRandom()),
                new TaskUpkeep(upkeep, TaskUpkeep.INTERVAL),
                storeCalls);
        DeviceLoss deviceLoss = new DeviceLoss(
                Quarkus::asyncExit, status -> Runtime.getRuntime().halt(status), DeviceLoss.LIMIT);
        return new TaskRunner(
                identity,
                handler,
                artifacts,
                execution,
                halt,
                marker,
                metrics,
                clock,
                System::nanoTime,
                settings.stuckAfter(),
                deviceLoss);
    }

    /** Tells first what the process before died of. */
    private RunningMarker marker(WorkerSettings settings, Map<String, String> environment) {
        RunningMarker marker = new RunningMarker(
                settings.cache().resolve("running-" + setting("quarkus.grpc.server.port") + ".json"),
                environment.getOrDefault(ExitNotes.RUN, ""),
                ControlGroup.ofSystem());
        marker.recover(new CrashReports(Path.of("").toAbsolutePath()), new ExitNotes(settings.cache()));
        return marker;
    }

    private static Thread daemon(Runnable action, String name) {
        Thread thread = new Thread(action, name);
        // Natives may hang; the process ends all the same.
        thread.setDaemon(true);
        return thread;
    }

    /** The root of the heartbeat thread: an exception that got out would silently end all later heartbeats. */
    private void beat(TaskRunner runner, RunningMarker marker) {
        try {
            runner.heartbeat();
            marker.sample();
            if (runner.isDeviceFailed()) {
                servingStatus.set(false);
            }
        } catch (RuntimeException e) {
            LOG.error("A heartbeat failed; the next one is tried in time", e);
        }
    }

    private void engineStarted(@Nullable StartedDevice device, @Nullable Throwable thrown) {
        if (thrown == null) {
            servingStatus.set(true);
            LOG.infof("Ready for work on %s: %s", device, device == null ? "" : device.why());
        } else {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            if (cause instanceof InvalidInputException e) {
                cannotStart(e.getMessage(), e.advice());
            } else {
                LOG.debug("Engine", cause);
                cannotStart(
                        "The tensor engine does not start: " + cause,
                        "Check that libtorch in this program suits the machine and its driver.");
            }
        }
    }

    private WorkerIdentity identity(WorkerSettings settings, ObjectStore opened, InstantSource clock) {
        String component = config.getOptionalValue("quarkus.application.name", String.class)
                .orElse("worker");
        String version = config.getOptionalValue("quarkus.application.version", String.class)
                .orElse("unknown");
        String id = component.replace("crvqa-", "").replace("-service", "") + "-" + UUID.randomUUID();
        return new WorkerIdentity(
                id,
                handler.kind(),
                component,
                version,
                settings.device(),
                Hardware.getDefaultInstance(),
                settings.threads(),
                clock.instant(),
                StoreIdentity.of(opened));
    }

    /** The environment, which tests and properties files may replace. */
    private Map<String, String> environment() {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("CRVQA_"))
                .distinct()
                .flatMap(name -> config.getOptionalValue(name, String.class).map(v -> Map.entry(name, v)).stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String setting(String name) {
        return config.getValue(name, String.class);
    }

    private void stopWithoutParent() {
        drain = Duration.ZERO;
        Quarkus.asyncExit(0);
    }

    private static void cannotStart(String message, String advice) {
        LOG.errorf("Cannot start: %s%s %s", message, message.endsWith(".") ? "" : ".", advice);
        Quarkus.asyncExit(EXIT_CANNOT_START);
    }
}
