package org.crvqa.worker;

import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerState;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one task at a time on one named platform thread, which owns the device. Thread-safe.
 *
 * <pre>
 * STARTING  -- engine ready --> ACCEPTING (idle or busy)
 * STARTING  -- drain ---------> DRAINING
 * ACCEPTING -- drain ---------> DRAINING  (no way back: the process ends)
 * ACCEPTING -- device broken -> DEVICE_FAILED (no way back: the process ends once the task's end is told)
 * DEVICE_FAILED -- drain -----> DRAINING
 * </pre>
 */
public final class TaskRunner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TaskRunner.class);

    private enum Phase {
        STARTING,
        ACCEPTING,
        DRAINING,
        DEVICE_FAILED
    }

    private final WorkHandler handler;
    private final ArtifactRepository artifacts;
    private final TaskExecution execution;
    private final Halt halt;
    private final Terms terms = new Terms();
    private final RunningMarker marker;
    private final Optional<WorkerDeath> lastDeath;
    private final InstantSource clock;
    private final WorkerMetrics metrics;
    private final ExecutorService device;
    private final Runnable endProcess;
    private final Object lock = new Object();

    private volatile WorkerIdentity identity;
    private Phase phase = Phase.STARTING;
    private @Nullable RunningTask current;

    /** {@code endProcess}: called on the device thread once the device is of no use; returns at once. */
    TaskRunner(
            WorkerIdentity identity,
            WorkHandler handler,
            ArtifactRepository artifacts,
            TaskExecution execution,
            Halt halt,
            RunningMarker marker,
            WorkerMetrics metrics,
            InstantSource clock,
            Runnable endProcess) {
        this.identity = identity;
        this.handler = handler;
        this.artifacts = artifacts;
        this.execution = execution;
        this.halt = halt;
        this.marker = marker;
        this.lastDeath = marker.death();
        this.clock = clock;
        this.metrics = metrics;
        this.endProcess = endProcess;
        this.device = Executors.newSingleThreadExecutor(action -> new Thread(action, threadName(identity)));
    }

    private static String threadName(WorkerIdentity identity) {
        return "device-" + identity.device().replace(":", "");
    }

    /** Runs {@code startEngine} on the device thread; once it is through, work is taken. */
    CompletableFuture<StartedDevice> start(Supplier<StartedDevice> startEngine) {
        return CompletableFuture.supplyAsync(
                () -> {
                    StartedDevice started = startEngine.get();
                    identity = identity.on(started);
                    Thread.currentThread().setName(threadName(identity));
                    synchronized (lock) {
                        if (phase == Phase.STARTING) {
                            phase = Phase.ACCEPTING;
                        }
                    }
                    return started;
                },
                device);
    }

    /** Whether work is taken: the engine is ready and the process is not about to end. */
    boolean isAccepting() {
        synchronized (lock) {
            return phase == Phase.ACCEPTING;
        }
    }

    /** Whether the device was found broken. */
    boolean isDeviceFailed() {
        synchronized (lock) {
            return phase == Phase.DEVICE_FAILED;
        }
    }

    /**
     * Starts the task, or joins it when it runs already, or answers completed when its artifact exists. Returns at once;
     * everything else is told to the subscriber, whose going does not stop the work.
     *
     * @throws Refusal when the call is refused; the subscriber then hears nothing
     */
    void run(TaskAssignment assignment, TaskSubscriber subscriber) {
        ArtifactKey key = Assignments.check(assignment, handler);
        halt.check(assignment);
        terms.check(assignment);
        synchronized (lock) {
            RunningTask running = current;
            if (running != null && running.key().equals(key) && !running.state().mustStop()) {
                running.subscribe(subscriber, true);
                return;
            }
            refuseUnlessAccepting();
            if (running == null) {
                begin(key, assignment, subscriber);
                return;
            }
        }
        answerWithoutDevice(key, assignment, subscriber);
    }

    /** Stops the task with this key. False when no such task runs here. */
    boolean cancel(ArtifactKey key) {
        RunningTask running;
        synchronized (lock) {
            running = current;
        }
        if (running == null || !running.key().equals(key)) {
            return false;
        }
        if (running.become(TaskState.CANCELLING)) {
            LOG.infof("%s is being cancelled", running);
        }
        return true;
    }

    /** What this worker is and does. @throws Refusal while the engine starts */
    WorkerDescription describe() {
        synchronized (lock) {
            if (phase == Phase.STARTING) {
                refuseUnlessAccepting();
            }
            WorkerDescription.Builder description =
                    identity.description().setNow(Timestamps.fromMillis(clock.millis()));
            lastDeath.ifPresent(description::setLastDeath);
            RunningTask running = current;
            if (running != null) {
                description
                        .setRunningKey(running.key().hex())
                        .setRunningAttempt(running.assignment().getAttempt());
            }
            return description.setState(state(running != null)).build();
        }
    }

    private WorkerState state(boolean busy) {
        return switch (phase) {
            case DRAINING -> WorkerState.WORKER_STATE_DRAINING;
            case DEVICE_FAILED -> WorkerState.WORKER_STATE_DEVICE_FAILED;
            case STARTING, ACCEPTING -> busy ? WorkerState.WORKER_STATE_BUSY : WorkerState.WORKER_STATE_IDLE;
        };
    }

    /** To be called every heartbeat interval: tells every subscriber that the worker is there. */
    void heartbeat() {
        RunningTask running;
        synchronized (lock) {
            running = current;
        }
        if (running != null) {
            running.heartbeat();
            metrics.heartbeat(running.subscriberCount());
        }
    }

    /**
     * Takes no new work from now on. A running task that keeps states saves one after the step that it does now and ends;
     * any other may go on. When {@code limit} is over its subscribers are told that it was interrupted; the handler then
     * stops at its next check. Idempotent.
     */
    void drain(Duration limit) throws InterruptedException {
        RunningTask running;
        synchronized (lock) {
            phase = Phase.DRAINING;
            running = current;
        }
        if (running == null) {
            return;
        }
        LOG.infof("Draining: %s has %d s to save its state or to end", running, limit.toSeconds());
        running.stopSoon();
        if (!running.awaitDevice(limit)) {
            String reason =
                    "Worker " + identity.id() + " stops; the task did not end within " + limit.toSeconds() + " s";
            if (running.interrupt(reason)) {
                metrics.taskEnded(running, TaskState.INTERRUPTED);
                LOG.warnf("%s was interrupted", running);
            }
        }
    }

    /** Ends the device thread after what it does now. */
    @Override
    public void close() {
        device.shutdown();
    }

    /** After {@link #close()}: waits for the device thread to end. False: not within {@code limit}. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return device.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void begin(ArtifactKey key, TaskAssignment assignment, TaskSubscriber subscriber) {
        RunningTask task = new RunningTask(key, assignment, identity.id(), clock);
        task.subscribe(subscriber, false);
        current = task;
        marker.begin(task);
        metrics.busy(true);
        LOG.infof("%s accepted (%s)", task, handler.work());
        device.execute(() -> perform(task));
    }

    private void perform(RunningTask task) {
        TaskExecution.Outcome outcome = execution.of(task, identity);
        boolean useless = clear(outcome.aftermath());
        // The slot is free before anyone hears of the end, so that whoever hears of it can send the next task.
        synchronized (lock) {
            current = null;
            marker.end();
            metrics.busy(false);
            if (useless && phase == Phase.ACCEPTING) {
                phase = Phase.DEVICE_FAILED;
                LOG.errorf(
                        "This process can use its device %s no more and ends, so that a new one takes its place",
                        identity.device());
            }
        }
        try {
            if (task.end(outcome.state(), outcome.event())) {
                metrics.taskEnded(task, outcome.state());
                LOG.infof("%s %s", task, outcome.state());
            }
        } finally {
            // Whatever a subscriber did: a drain must not wait for a task that has left.
            task.leaveDevice();
        }
        if (useless) {
            endProcess.run();
        }
    }

    /** Does what must be done before the next task. True: the device is of no use any more. */
    private boolean clear(Aftermath aftermath) {
        if (aftermath != Aftermath.RELEASE_MEMORY) {
            return aftermath == Aftermath.END_PROCESS;
        }
        try {
            return !handler.releaseDeviceMemory();
        } catch (RuntimeException e) {
            LOG.warn("The device's memory could not be released", e);
            return DeviceError.ruinsContext(e);
        }
    }

    /** The device has other work: only an artifact that exists can be answered. */
    private void answerWithoutDevice(ArtifactKey key, TaskAssignment assignment, TaskSubscriber subscriber) {
        RunningTask answered = new RunningTask(key, assignment, identity.id(), clock);
        Manifest manifest = findQuietly(key).orElseThrow(this::busy);
        answered.subscribe(subscriber, false);
        answered.end(
                TaskState.COMPLETED,
                TaskEvent.newBuilder()
                        .setCompleted(
                                TaskCompleted.newBuilder().setManifest(manifest).setReused(true)));
    }

    private Optional<Manifest> findQuietly(ArtifactKey key) {
        try {
            return artifacts.find(key);
        } catch (StoreException | ArtifactCorruptException e) {
            LOG.warnf("Could not look for artifact %s while busy: %s", key.abbreviated(), e.getMessage());
            return Optional.empty();
        }
    }

    private Refusal busy() {
        synchronized (lock) {
            return Refusal.busy(identity, current);
        }
    }

    private void refuseUnlessAccepting() {
        switch (phase) {
            case ACCEPTING -> {}
            case STARTING -> throw Refusal.starting(identity);
            case DEVICE_FAILED -> throw Refusal.deviceFailed(identity);
            case DRAINING -> throw Refusal.draining(identity);
        }
    }
}
