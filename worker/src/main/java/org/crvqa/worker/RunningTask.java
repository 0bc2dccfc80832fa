package org.crvqa.worker;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskHeartbeat;
import org.crvqa.task.v1.TaskInterrupted;
import org.crvqa.task.v1.TaskProgress;
import org.jspecify.annotations.Nullable;

/**
 * A task that this process works on: its {@linkplain TaskState state} and its subscribers. Each subscriber gets
 * accepted, the latest progress, live events, and one terminal event. Thread-safe; the lock is never held while
 * anything blocks.
 */
final class RunningTask {
    /** At most four progress events a second; the newest is held back until there is time for it. */
    static final Duration PROGRESS_INTERVAL = Duration.ofMillis(250);

    private final ArtifactKey key;
    private final TaskAssignment assignment;
    private final String workerId;
    private final InstantSource clock;
    private final Instant started;
    private final LongSupplier nanoTime;
    private final WorkSigns signs;
    private final List<TaskSubscriber> subscribers = new ArrayList<>();
    private final CountDownLatch toldEnd = new CountDownLatch(1);
    private final CountDownLatch leftDevice = new CountDownLatch(1);

    private TaskState state = TaskState.RUNNING;
    private Instant progressSent = Instant.MIN;
    private Instant progressMade = Instant.MIN;
    private @Nullable TaskProgress latestProgress;
    private boolean progressHeld;
    private @Nullable TaskEvent terminal;
    private boolean stopping;
    private long checkpointedStep;
    private @Nullable Manifest committedElsewhere;
    private long toldToStop;

    /** {@code nanoTime}: as {@link System#nanoTime}. */
    RunningTask(
            ArtifactKey key, TaskAssignment assignment, String workerId, InstantSource clock, LongSupplier nanoTime) {
        this.key = key;
        this.assignment = assignment;
        this.workerId = workerId;
        this.clock = clock;
        this.started = clock.instant();
        this.nanoTime = nanoTime;
        this.signs = new WorkSigns(nanoTime);
    }

    ArtifactKey key() {
        return key;
    }

    TaskAssignment assignment() {
        return assignment;
    }

    Instant started() {
        return started;
    }

    /** Steps done, as far as they are counted. */
    synchronized long step() {
        return latestProgress == null ? 0 : latestProgress.getStep();
    }

    synchronized TaskState state() {
        return state;
    }

    /** Changes the state; false, and nothing changes, where {@link TaskState} has no such transition. */
    synchronized boolean become(TaskState next) {
        if (!state.canBecome(next) || (next == TaskState.CANCELLING && committedElsewhere != null)) {
            return false;
        }
        boolean goesOn = !mustStop();
        state = next;
        if (goesOn && mustStop()) {
            toldToStop = nanoTime.getAsLong();
        }
        return true;
    }

    /** Somebody else has committed the artifact: this work is of no use. Nothing happens once the work has ended or must. */
    synchronized void supersede(Manifest committed) {
        if (state == TaskState.RUNNING && !mustStop()) {
            committedElsewhere = committed;
            toldToStop = nanoTime.getAsLong();
        }
    }

    /** The artifact, when somebody else's commit ended this work. */
    synchronized Optional<Manifest> committedElsewhere() {
        return Optional.ofNullable(committedElsewhere);
    }

    /** Whether the work is to stop, for whatever reason. */
    synchronized boolean mustStop() {
        return state.mustStop() || committedElsewhere != null;
    }

    /** The thread that does the work says that it goes on. */
    void sign() {
        signs.give();
    }

    /** How long that thread has given no sign. */
    Duration quietFor() {
        return signs.quietFor();
    }

    /** Whether the task has had to stop, and given no sign, for longer than this. */
    synchronized boolean isStuckFor(Duration limit) {
        Duration told = Duration.ofNanos(nanoTime.getAsLong() - toldToStop);
        return mustStop()
                && leftDevice.getCount() > 0
                && told.compareTo(limit) > 0
                && quietFor().compareTo(limit) > 0;
    }

    /** Adds a subscriber, who catches up at once. */
    synchronized void subscribe(TaskSubscriber subscriber, boolean joined) {
        TaskAccepted accepted = TaskAccepted.newBuilder()
                .setAttempt(assignment.getAttempt())
                .setJoined(joined)
                .setWorkerId(workerId)
                .build();
        boolean there = subscriber.onEvent(event().setAccepted(accepted).build());
        if (there && latestProgress != null) {
            there = subscriber.onEvent(event().setProgress(latestProgress).build());
        }
        if (there && terminal != null) {
            there = subscriber.onEvent(terminal);
        }
        if (there && terminal == null) {
            subscribers.add(subscriber);
        }
    }

    /** How many follow now; those that left silently count until the next event. */
    synchronized int subscriberCount() {
        return subscribers.size();
    }

    synchronized void progress(TaskProgress progress) {
        boolean newPhase = latestProgress == null || !latestProgress.getPhase().equals(progress.getPhase());
        latestProgress = progress;
        progressMade = clock.instant();
        progressHeld = true;
        // abs(): a clock that was set back must not silence the stream.
        Duration since =
                progressSent.equals(Instant.MIN) ? PROGRESS_INTERVAL : Duration.between(progressSent, clock.instant());
        if (newPhase || since.abs().compareTo(PROGRESS_INTERVAL) >= 0) {
            sendHeldProgress();
        }
    }

    /** Sends any other event that is not terminal; dropped once the task has ended. */
    synchronized void emit(TaskEvent.Builder event) {
        if (terminal == null) {
            send(event.setTime(Timestamps.fromMillis(clock.millis())).build());
        }
    }

    /** Says that what the task does now is another thing, with the steps as they are; nothing before any progress. */
    synchronized void phase(String name) {
        if (latestProgress != null) {
            progress(latestProgress.toBuilder()
                    .setPhase(name)
                    .clearExamplesPerSecond()
                    .clearStepTime()
                    .clearTimeLeft()
                    .build());
        }
    }

    /**
     * Says that the worker is there and how long its work has been quiet: with the progress that was held back, else with the
     * latest and how long what follows it has been running, so that a step of minutes does not look like a task that hangs.
     */
    synchronized void heartbeat() {
        if (terminal != null) {
            return;
        }
        TaskEvent.Builder event =
                event().setWorkQuietFor(Durations.fromMillis(quietFor().toMillis()));
        if (progressHeld && latestProgress != null) {
            progressHeld = false;
            progressSent = clock.instant();
            send(event.setProgress(latestProgress).build());
        } else if (latestProgress != null) {
            long millis = Duration.between(progressMade, clock.instant()).toMillis();
            TaskProgress standing = latestProgress.toBuilder()
                    .setRunningFor(Durations.fromMillis(Math.max(0, millis)))
                    .build();
            send(event.setProgress(standing).build());
        } else {
            send(event.setHeartbeat(TaskHeartbeat.getDefaultInstance()).build());
        }
    }

    /**
     * Enters a terminal state and sends the last event, after the progress that was held back. False, and nothing is
     * sent, when the task cannot end like this (any more).
     */
    synchronized boolean end(TaskState last, TaskEvent.Builder event) {
        if (!become(last)) {
            return false;
        }
        if (progressHeld) {
            sendHeldProgress();
        }
        TaskEvent stamped = event.setTime(Timestamps.fromMillis(clock.millis())).build();
        send(stamped);
        terminal = stamped;
        subscribers.clear();
        toldEnd.countDown();
        return true;
    }

    /** The process is about to stop: the task is to save its state after the step that it does now. */
    synchronized void stopSoon() {
        stopping = true;
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    /** A state of so many steps is committed. */
    synchronized void checkpointed(long stepsDone) {
        checkpointedStep = stepsDone;
    }

    /** Ends the task because the process stops. False when it has ended already. */
    synchronized boolean interrupt(String reason) {
        return end(
                TaskState.INTERRUPTED,
                TaskEvent.newBuilder()
                        .setInterrupted(
                                TaskInterrupted.newBuilder().setReason(reason).setCheckpointedStep(checkpointedStep)));
    }

    /** Waits until the last event was sent. False: not within {@code limit}. */
    boolean awaitTerminal(Duration limit) throws InterruptedException {
        return toldEnd.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Says that the device thread is done with this task. */
    void leaveDevice() {
        leftDevice.countDown();
    }

    /** Waits until the device thread is done with this task and its last event was sent. False: not within {@code limit}. */
    boolean awaitDevice(Duration limit) throws InterruptedException {
        return leftDevice.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** For people and the log. */
    @Override
    public String toString() {
        return "Task " + key.abbreviated() + " attempt " + assignment.getAttempt();
    }

    private TaskEvent.Builder event() {
        return TaskEvent.newBuilder().setTime(Timestamps.fromMillis(clock.millis()));
    }

    private void sendHeldProgress() {
        progressHeld = false;
        progressSent = clock.instant();
        if (latestProgress != null && terminal == null) {
            send(event().setProgress(latestProgress).build());
        }
    }

    private void send(TaskEvent event) {
        subscribers.removeIf(subscriber -> !subscriber.onEvent(event));
    }
}
