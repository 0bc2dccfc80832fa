package org.crvqa.worker;

import java.util.Optional;
import java.util.function.Supplier;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * The worker's one place for a task, and whether it is given out. Thread-safe.
 *
 * <pre>
 * STARTING  -- engine ready --> ACCEPTING (idle or busy)
 * STARTING  -- drain ---------> DRAINING
 * ACCEPTING -- drain ---------> DRAINING  (no way back: the process ends)
 * ACCEPTING -- device broken -> DEVICE_FAILED (no way back: the process ends once the task's end is told)
 * DEVICE_FAILED -- drain -----> DRAINING
 * </pre>
 */
final class Slot {
    private enum Phase {
        STARTING,
        ACCEPTING,
        DRAINING,
        DEVICE_FAILED
    }

    /** What became of a call that brings a task. */
    enum Taken {
        /** It follows the task, which runs already. */
        JOINED,
        /** The place was free. */
        BEGUN,
        /** The place has another task, or one that is about to stop. */
        BUSY
    }

    private Phase phase = Phase.STARTING;
    private @Nullable RunningTask task;

    /** The engine is ready. */
    synchronized void open() {
        if (phase == Phase.STARTING) {
            phase = Phase.ACCEPTING;
        }
    }

    /** No more tasks from now on. */
    synchronized void drain() {
        phase = Phase.DRAINING;
    }

    /** No more tasks, since the device is of no use. False: none were taken before either. */
    synchronized boolean failDevice() {
        if (phase != Phase.ACCEPTING) {
            return false;
        }
        phase = Phase.DEVICE_FAILED;
        return true;
    }

    synchronized boolean isAccepting() {
        return phase == Phase.ACCEPTING;
    }

    synchronized boolean isDeviceFailed() {
        return phase == Phase.DEVICE_FAILED;
    }

    /** The task that has the place. */
    synchronized Optional<RunningTask> task() {
        return Optional.ofNullable(task);
    }

    /**
     * Joins the task with this key, or puts a new one into the place; whichever, nothing of another call comes between.
     *
     * @param beginning makes and begins the task; called at most once
     * @throws Refusal where no tasks are taken
     */
    synchronized Taken take(
            ArtifactKey key, TaskSubscriber subscriber, WorkerIdentity worker, Supplier<RunningTask> beginning) {
        RunningTask running = task;
        if (running != null && running.key().equals(key) && !running.mustStop()) {
            running.subscribe(subscriber, true);
            return Taken.JOINED;
        }
        refuseUnlessAccepting(worker);
        if (running != null) {
            return Taken.BUSY;
        }
        task = beginning.get();
        return Taken.BEGUN;
    }

    /** The task has left; {@code last} is done before another can come. */
    synchronized void free(Runnable last) {
        task = null;
        last.run();
    }

    /** What there is to tell, of one moment. */
    record View(WorkerState state, Optional<RunningTask> task) {}

    /** @throws Refusal while the engine starts */
    synchronized View view(WorkerIdentity worker) {
        WorkerState state = switch (phase) {
            case STARTING -> throw Refusal.starting(worker);
            case DRAINING -> WorkerState.WORKER_STATE_DRAINING;
            case DEVICE_FAILED -> WorkerState.WORKER_STATE_DEVICE_FAILED;
            case ACCEPTING -> task != null ? WorkerState.WORKER_STATE_BUSY : WorkerState.WORKER_STATE_IDLE;
        };
        return new View(state, task());
    }

    private void refuseUnlessAccepting(WorkerIdentity worker) {
        switch (phase) {
            case ACCEPTING -> {}
            case STARTING -> throw Refusal.starting(worker);
            case DEVICE_FAILED -> throw Refusal.deviceFailed(worker);
            case DRAINING -> throw Refusal.draining(worker);
        }
    }
}
