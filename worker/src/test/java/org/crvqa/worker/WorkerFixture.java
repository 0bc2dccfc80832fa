package org.crvqa.worker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
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

    final MutableClock clock = new MutableClock();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ScriptedHandler handler = new ScriptedHandler();
    final HookedStore store;
    final ArtifactRepository artifacts;
    final TaskRunner runner;

    /** Not started yet. */
    private WorkerFixture(Path folder) {
        store = new HookedStore(
                ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri())));
        artifacts = new ArtifactRepository(store, folder.resolve("cache"));
        WorkerIdentity identity = new WorkerIdentity(
                WORKER_ID, WorkerKind.WORKER_KIND_TRAINER, "trainer-service", "0.0.1", "cpu", 1, clock.instant());
        runner = new TaskRunner(
                identity,
                handler,
                artifacts,
                new Failures(() -> "incident-7"),
                new WorkerMetrics(meters, clock),
                clock);
    }

    static WorkerFixture starting(Path folder) {
        return new WorkerFixture(folder);
    }

    static WorkerFixture accepting(Path folder) throws Exception {
        WorkerFixture fixture = new WorkerFixture(folder);
        fixture.runner.start(() -> {}).get(20, TimeUnit.SECONDS);
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
            // The device thread may still write into the test's folder.
            if (!runner.awaitEnd(Duration.ofSeconds(20))) {
                throw new AssertionError("the device thread does not end");
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
