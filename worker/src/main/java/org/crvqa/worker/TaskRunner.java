package org.crvqa.worker;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerDescription;
import org.jboss.logging.Logger;

/**
 * Runs one task at a time on one named platform thread, which owns the device. Which calls get the {@link Slot}, what the
 * device thread does with a task, and how the task's end is told. Thread-safe.
 */
public final class TaskRunner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TaskRunner.class);

    private final WorkHandler handler;
    private final ArtifactRepository artifacts;
    private final TaskExecution execution;
    private final Halt halt;
    private final Terms terms = new Terms();
    private final Slot slot = new Slot();
    private final RunningMarker marker;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final WorkerMetrics metrics;
    private final ExecutorService device;
    private final Duration stuckAfter;
    private final Runnable endProcess;

    private volatile WorkerIdentity identity;

    /**
     * @param stuckAfter how long a task that must stop may give no sign before the device counts as lost
     * @param nanoTime as {@link System#nanoTime}
     * @param endProcess called once the device is of no use; returns at once
     */
    TaskRunner(
            WorkerIdentity identity,
            WorkHandler handler,
            ArtifactRepository artifacts,
            TaskExecution execution,
            Halt halt,
            RunningMarker marker,
            WorkerMetrics metrics,
            InstantSource clock,
            LongSupplier nanoTime,
            Duration stuckAfter,
            Runnable endProcess) {
        this.identity = identity;
        this.handler = handler;
        this.artifacts = artifacts;
        this.execution = execution;
        this.halt = halt;
        this.marker = marker;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.stuckAfter = stuckAfter;
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
                    slot.open();
                    return started;
                },
                device);
    }

    /** Whether work is taken: the engine is ready and the process is not about to end. */
    boolean isAccepting() {
        return slot.isAccepting();
    }

    /** Whether the device was found broken. */
    boolean isDeviceFailed() {
        return slot.isDeviceFailed();
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
        terms.check(assignment.getTerm());
        Slot.Taken taken = slot.take(key, subscriber, identity, () -> begin(key, assignment, subscriber));
        if (taken == Slot.Taken.BUSY) {
            answerWithoutDevice(key, assignment, subscriber);
        }
    }

    /**
     * Stops the task with this key. False when no such task runs here.
     *
     * @param term the caller's, 0 when it takes no part in elections
     * @throws Refusal when a later leader has called here before
     */
    boolean cancel(ArtifactKey key, long term) {
        terms.check(term);
        Optional<RunningTask> running = slot.task().filter(task -> task.key().equals(key));
        if (running.isPresent() && running.get().become(TaskState.CANCELLING)) {
            LOG.infof("%s is being cancelled", running.get());
        }
        return running.isPresent();
    }

    /** What this worker is and does. @throws Refusal while the engine starts */
    WorkerDescription describe() {
        Slot.View view = slot.view(identity);
        WorkerDescription.Builder description = identity.description()
                .setState(view.state())
                .setAlgorithmVersion(handler.algorithmVersion())
                .setNow(Timestamps.fromMillis(clock.millis()));
        marker.tellDeath().ifPresent(description::setLastDeath);
        view.task()
                .ifPresent(running -> description
                        .setRunningKey(running.key().hex())
                        .setRunningAttempt(running.assignment().getAttempt())
                        .setRunningStep(running.step())
                        .setWorkQuietFor(Durations.fromMillis(running.quietFor().toMillis())));
        return description.build();
    }

    /** To be called every heartbeat interval: tells every subscriber that the worker is there. */
    void heartbeat() {
        slot.task().ifPresent(running -> {
            running.heartbeat();
            metrics.heartbeat(running.subscriberCount());
            if (running.isStuckFor(stuckAfter)) {
                giveUpDevice(running);
            }
        });
    }

    /** The one place that decides that the device thread will not come back. */
    private void giveUpDevice(RunningTask stuck) {
        if (!slot.failDevice()) {
            return;
        }
        LOG.errorf(
                "%s must stop, and the thread of device %s has given no sign for %d s: this process ends, so that a new one"
                        + " takes its place",
                stuck, identity.device(), stuck.quietFor().toSeconds());
        // It is told why, and does not count as the death of a process.
        marker.end();
        tellInterrupted(stuck, "Worker " + identity.id() + " ends, because its device gives no sign");
        endProcess.run();
    }

    /**
     * Takes no new work from now on. A running task that keeps states saves one after the step that it does now and ends;
     * any other may go on. When {@code limit} is over its subscribers are told that it was interrupted; the handler then
     * stops at its next check. Idempotent.
     */
    void drain(Duration limit) throws InterruptedException {
        slot.drain();
        Optional<RunningTask> running = slot.task();
        if (running.isEmpty()) {
            return;
        }
        RunningTask task = running.get();
        LOG.infof("Draining: %s has %d s to save its state or to end", task, limit.toSeconds());
        task.stopSoon();
        if (!task.awaitDevice(limit)) {
            tellInterrupted(
                    task,
                    "Worker " + identity.id() + " stops; the task did not end within " + limit.toSeconds() + " s");
        }
    }

    private void tellInterrupted(RunningTask task, String reason) {
        if (task.interrupt(reason)) {
            metrics.taskEnded(task, TaskState.INTERRUPTED);
            LOG.warnf("%s was interrupted", task);
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

    private RunningTask begin(ArtifactKey key, TaskAssignment assignment, TaskSubscriber subscriber) {
        RunningTask task = task(key, assignment);
        task.subscribe(subscriber, false);
        marker.begin(task);
        metrics.busy(true);
        LOG.infof("%s accepted (%s)", task, handler.work());
        device.execute(() -> perform(task));
        return task;
    }

    private RunningTask task(ArtifactKey key, TaskAssignment assignment) {
        return new RunningTask(key, assignment, identity.id(), clock, nanoTime);
    }

    private void perform(RunningTask task) {
        TaskExecution.Outcome outcome = execution.of(task, identity);
        boolean useless = clear(outcome.aftermath());
        // The slot is free before anyone hears of the end, so that whoever hears of it can send the next task.
        slot.free(() -> {
            marker.end();
            metrics.busy(false);
            if (useless && slot.failDevice()) {
                LOG.errorf(
                        "This process can use its device %s no more and ends, so that a new one takes its place",
                        identity.device());
            }
        });
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
        RunningTask answered = task(key, assignment);
        Manifest manifest = findQuietly(key)
                .orElseThrow(() -> Refusal.busy(identity, slot.task().orElse(null)));
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
}
