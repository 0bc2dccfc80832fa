package org.crvqa.worker;

import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;

/** A trainer that does what a test says, by default: writes one file. */
final class ScriptedHandler implements WorkHandler {
    /** What to do for a task. */
    interface Script {
        void run(TaskSpec spec, TaskContext context) throws Exception;
    }

    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger releases = new AtomicInteger();
    volatile boolean releaseFails;
    volatile boolean leaks;

    private volatile Script script = (spec, context) -> {};

    void does(Script what) {
        script = what;
    }

    /** Enters, and goes on when {@link #release} is counted down. */
    void waitsForRelease() {
        script = (spec, context) -> awaitRelease();
    }

    /** Enters, and checks for cancellation once {@link #release} is counted down. */
    void waitsForReleaseThenChecks() {
        script = (spec, context) -> {
            awaitRelease();
            context.checkCancelled();
        };
    }

    void awaitRelease() throws InterruptedException {
        entered.countDown();
        if (!release.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("never released");
        }
    }

    @Override
    public WorkerKind kind() {
        return WorkerKind.WORKER_KIND_TRAINER;
    }

    @Override
    public TaskSpec.WorkCase work() {
        return TaskSpec.WorkCase.TRAIN;
    }

    @Override
    public int algorithmVersion() {
        return 1;
    }

    @Override
    public StartedDevice startEngine(WorkerSettings settings) {
        throw new AssertionError("the fixture starts the engine");
    }

    @Override
    public boolean releaseDeviceMemory() {
        releases.incrementAndGet();
        if (releaseFails) {
            throw new IllegalStateException("CUDA error: an illegal memory access was encountered");
        }
        return !leaks;
    }

    @Override
    public Manifest run(TaskSpec spec, TaskContext context) throws Exception {
        runs.incrementAndGet();
        script.run(spec, context);
        Files.writeString(
                context.draft().file("result.txt"), "seed " + spec.getTrain().getSeed());
        return Manifest.newBuilder().putMetrics("score", 0.5).build();
    }
}
