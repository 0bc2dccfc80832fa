package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.crvqa.coordinator.dispatch.AttemptState.Reached;
import org.crvqa.study.attempt.AttemptFigures;
import org.crvqa.task.v1.TaskProgress;
import org.jspecify.annotations.Nullable;

/** A task on its way to a worker or running there. Owned by the event loop, but for what the stream's thread notes. */
final class Attempt {
    final Task task;
    final WorkerSlot worker;

    WorkerClient.@Nullable WorkCall call;

    private AttemptState state = new AttemptState.Reserved();
    private Optional<Reached> reached = Optional.empty();
    private boolean completed;

    /** The process that said that it has it, and when; empty: none did, or it did not say which it is. */
    private String takenBy = "";

    private long takenAt;

    // Written when something arrives, not when its turn comes: a slow turn must not look like a silent worker.
    private volatile Instant heard;
    private volatile Duration quiet = Duration.ZERO;
    private final AtomicReference<TaskProgress> newest = new AtomicReference<>();

    Attempt(Task task, WorkerSlot worker, Instant now) {
        this.task = task;
        this.worker = worker;
        this.heard = now;
    }

    AttemptState state() {
        return state;
    }

    void become(AttemptState next) {
        completed |= next instanceof AttemptState.Completing;
        state = next;
        reached = next.progress().or(() -> reached);
    }

    boolean isOver() {
        return state instanceof AttemptState.Over;
    }

    /** Whether its worker said that it was done. */
    boolean isCompleted() {
        return completed;
    }

    /** A process said that it has it. {@code moment}: by the clock of the {@link Roster}. */
    void taken(String process, long moment) {
        takenBy = process;
        takenAt = moment;
    }

    /** Whether a process that answered a question asked at {@code began} is not the one that had taken it before. */
    boolean wasTakenByAnother(String process, long began) {
        return !takenBy.isEmpty() && !process.isEmpty() && began > takenAt && !takenBy.equals(process);
    }

    /** 0 until claimed. */
    int number() {
        return state.number();
    }

    /** How far it had come when it was last heard; empty: the worker never said that it has it. */
    Optional<Reached> reached() {
        return reached;
    }

    /** Something arrived. Any thread. {@code workQuiet}: how long the work itself had given no sign then. */
    void heard(Instant now, Duration workQuiet) {
        heard = now;
        quiet = workQuiet;
    }

    /** The time of silence begins now. */
    void listenFrom(Instant now) {
        heard = now;
    }

    Duration silentFor(Instant now) {
        return Duration.between(heard, now);
    }

    /** How long the worker's work had given no sign when it was last heard. */
    Duration workQuietFor() {
        return quiet;
    }

    /** Keeps progress until its turn comes. True: nothing is kept yet, so that a turn is due. Any thread. */
    boolean keep(TaskProgress progress) {
        return newest.getAndSet(progress) == null;
    }

    /** The latest progress kept, once. */
    Optional<TaskProgress> takeKept() {
        return Optional.ofNullable(newest.getAndSet(null));
    }

    AttemptFigures figures(Instant now) {
        return reached.map(at -> {
                    Duration ran = Duration.between(at.since(), now);
                    Duration lost = at.saved()
                            .map(saved -> Duration.between(saved, now))
                            .orElse(ran);
                    return new AttemptFigures(ran, lost, at.step(), at.savedStep());
                })
                .orElse(AttemptFigures.NONE);
    }
}
