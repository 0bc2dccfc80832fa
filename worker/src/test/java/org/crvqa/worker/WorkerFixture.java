package org.crvqa.worker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.crvqa.artifact.v1.Hardware;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WorkerKind;

/** A runner over a real file store, with a scripted handler and a clock that stands still. */
final class WorkerFixture implements AutoCloseable {
    static final String WORKER_ID = "trainer-1";
    static final Duration STUCK_AFTER = Duration.ofMinutes(5);

    private static final Duration OFTEN = Duration.ofMillis(5);

    private static final StartedDevice ON_CPU =
            new StartedDevice("cpu", Hardware.newBuilder().setName("Xeon").build(), "it was asked for");

    final MutableClock clock = new MutableClock();
    /** As a steady clock that stands still, by which signs of work are told. */
    final AtomicLong nanos = new AtomicLong();

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ScriptedHandler handler = new ScriptedHandler();
    final HookedStore store;
    final ArtifactRepository artifacts;
    final TaskRunner runner;
    /** Counted down instead of the end of the process. */
    final CountDownLatch halted = new CountDownLatch(1);
    /** Counted down instead of the end of the process for the sake of its device. */
    final CountDownLatch deviceLost = new CountDownLatch(1);

    private final ScheduledExecutorService upkeep = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService storeCalls = Executors.newCachedThreadPool();
    private final Path folder;

    /** Not started yet. */
    private WorkerFixture(Path folder, StateCadence cadence, ObjectStore objects, Duration looks) {
        this.folder = folder;
        store = new HookedStore(objects);
        artifacts = new ArtifactRepository(store, folder.resolve("cache"));
        WorkerIdentity identity = new WorkerIdentity(
                WORKER_ID,
                WorkerKind.WORKER_KIND_TRAINER,
                "trainer-service",
                "0.0.1",
                "auto",
                Hardware.getDefaultInstance(),
                1,
                clock.instant(),
                "store-7");
        WorkerMetrics metrics = new WorkerMetrics(meters, clock);
        StateServices states = new StateServices(
                WORKER_ID,
                cadence,
                Duration.ofSeconds(20),
                Halt.to(halted::countDown),
                metrics,
                clock,
                System::nanoTime);
        TaskExecution execution = new TaskExecution(
                handler,
                artifacts,
                new Failures(() -> "incident-7"),
                states,
                new StorePatience(Duration.ofSeconds(1), System::nanoTime, new SplittableRandom(7)),
                new TaskUpkeep(upkeep, looks),
                storeCalls);
        runner = new TaskRunner(
                identity,
                handler,
                artifacts,
                execution,
                Halt.to(halted::countDown),
                marker(),
                metrics,
                clock,
                nanos::get,
                STUCK_AFTER,
                deviceLost::countDown);
    }

    /** As the next process of this worker would find it. */
    RunningMarker marker() {
        RunningMarker marker = new RunningMarker(
                folder.resolve("cache/running.json"), "", new ControlGroup(folder, folder.resolve("none")));
        marker.recover(new CrashReports(folder), new ExitNotes(folder));
        return marker;
    }

    static WorkerFixture starting(Path folder) {
        return new WorkerFixture(folder, StateCadence.NEVER, files(folder), OFTEN);
    }

    private static ObjectStore files(Path folder) {
        return ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
    }

    static WorkerFixture accepting(Path folder) throws Exception {
        return accepting(folder, StateCadence.NEVER);
    }

    static WorkerFixture accepting(Path folder, StateCadence cadence) throws Exception {
        return accepting(folder, cadence, files(folder), OFTEN);
    }

    /** Whose tasks are over before their artifacts are looked for once more. */
    static WorkerFixture quick(Path folder, ObjectStore store) throws Exception {
        return accepting(folder, StateCadence.NEVER, store, Duration.ofHours(1));
    }

    private static WorkerFixture accepting(Path folder, StateCadence cadence, ObjectStore store, Duration looks)
            throws Exception {
        WorkerFixture fixture = new WorkerFixture(folder, cadence, store, looks);
        fixture.runner.start(() -> ON_CPU).get(20, TimeUnit.SECONDS);
        return fixture;
    }

    static TaskAssignment training(long seed) {
        return assignment(TaskSpec.newBuilder()
                .setAlgorithmVersion(1)
                .setTrain(TrainSpec.newBuilder().setSeed(seed))
                .build());
    }

    static TaskAssignment evaluation() {
        return assignment(TaskSpec.newBuilder()
                .setAlgorithmVersion(1)
                .setEvaluate(EvaluateSpec.getDefaultInstance())
                .build());
    }

    static ArtifactKey keyOf(TaskAssignment assignment) {
        return new ArtifactKey(assignment.getKey());
    }

    RecordingSubscriber run(TaskAssignment assignment) {
        RecordingSubscriber subscriber = new RecordingSubscriber();
        runner.run(assignment, subscriber);
        return subscriber;
    }

    /** Runs a task whose handler is scripted to wait, and returns when it waits. */
    RecordingSubscriber runUntilEntered(TaskAssignment assignment) throws InterruptedException {
        RecordingSubscriber subscriber = run(assignment);
        if (!handler.entered.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the handler did not start");
        }
        return subscriber;
    }

    @Override
    public void close() {
        handler.release.countDown();
        runner.close();
        try {
            // The device thread and calls that nobody waits for may still write into the test's folder.
            if (!runner.awaitEnd(Duration.ofSeconds(20))) {
                throw new AssertionError("the device thread does not end");
            }
            upkeep.shutdownNow();
            storeCalls.shutdown();
            if (!upkeep.awaitTermination(20, TimeUnit.SECONDS) || !storeCalls.awaitTermination(20, TimeUnit.SECONDS)) {
                throw new AssertionError("a call of the store does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static TaskAssignment assignment(TaskSpec spec) {
        return TaskAssignment.newBuilder()
                .setSpec(spec)
                .setKey(ArtifactKey.of(spec).hex())
                .setAttempt(3)
                .build();
    }
}
