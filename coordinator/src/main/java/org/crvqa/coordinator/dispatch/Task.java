package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.study.attempt.Losses;
import org.crvqa.study.attempt.Making;
import org.crvqa.study.attempt.Outcome;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskProgress;
import org.jspecify.annotations.Nullable;

/** A task that at least one known experiment contains. Owned by the event loop. */
final class Task {
    final BoardTask plan;
    /** Counts the tasks that came to the board. */
    final int number;
    /** Its places in the experiments that contain it, whether they need it or not. */
    List<TaskPlace> places = List.of();

    final List<Task> inputs;
    List<Task> dependants = List.of();

    TaskState state = TaskState.TASK_STATE_PLANNED;
    /** The latest attempt claimed; 0 before the first. */
    int attempts;

    /** Latest endings in a row that did not count against the task. */
    int disturbed;
    /** What runs or is about to run it. */
    @Nullable
    Attempt current;
    /** Not tried before. */
    Instant notBefore = Instant.MIN;

    Instant readySince = Instant.MIN;
    /** The worker that had it last, and the step after which that worker must have answered before it goes elsewhere. */
    @Nullable
    WorkerSlot lastWorker;

    long askLastWorkerAfter = -1;
    final Losses losses;
    final Troubles troubles;
    /** The latest attempt, when it was lost and nothing has followed yet. */
    Optional<Loss> loss = Optional.empty();

    Optional<TaskFailure> failure = Optional.empty();
    Optional<TaskProgress> progress = Optional.empty();
    Optional<Duration> took = Optional.empty();
    String note = "";
    /** When its latest attempt began, or the one that made its artifact, in ms since 1970; 0: not known. */
    long beganMillis;
    /** When it ended, likewise. */
    long endedMillis;
    /** Step at which anything of this changed last. */
    long changed;

    /** An attempt whose worker is gone, as far as anybody can see. */
    record Loss(Attempt attempt, Outcome outcome) {}

    ReadyQueue.Filed filed = ReadyQueue.Filed.NOWHERE;

    /** Whether it is counted among those that could run now. */
    boolean waits;

    /** {@code inputs}: tasks whose artifacts it reads. */
    Task(BoardTask plan, int number, List<Task> inputs, TaskHistory history) {
        this.plan = plan;
        this.number = number;
        this.inputs = List.copyOf(inputs);
        this.attempts = history.attempts();
        this.troubles = new Troubles(history.charged(), history.chargedOn());
        this.failure = history.failure();
        this.losses = new Losses(history.losses());
    }

    /** What it did so far is not held against it any more. */
    void pardon() {
        troubles.pardon();
        disturbed = 0;
        notBefore = Instant.MIN;
        failure = Optional.empty();
        losses.pardon();
    }

    /** Whether no experiment that needs it may have it run. */
    boolean isPaused() {
        return places.stream().noneMatch(member -> member.entry.givesOut());
    }

    /** Whether an experiment needs it that has not ended. */
    boolean isNeeded() {
        for (TaskPlace member : places) {
            if (member.entry.needsTasks()) {
                return true;
            }
        }
        return false;
    }

    /** The worker that had it last may still be at it, and has to be asked first. */
    boolean awaitsAnswer() {
        return lastWorker != null && lastWorker.answeredFrom <= askLastWorkerAfter;
    }

    /** Adds to a list that has no or one element most of the time. */
    static <T> List<T> with(List<T> list, T element) {
        if (list.isEmpty()) {
            return List.of(element);
        }
        List<T> longer = list instanceof ArrayList<T> ? list : new ArrayList<>(list);
        longer.add(element);
        return longer;
    }

    ArtifactKey key() {
        return plan.key();
    }

    /** For the log: what it does, and the key by which people look for it there. */
    String named() {
        return plan.label() + " (" + key().abbreviated() + ")";
    }

    boolean ended() {
        return TaskLifecycle.ended(state);
    }

    /** {@code known}: how its artifact came to be, where that is known. */
    void finished(Optional<Making> known) {
        known.ifPresent(made -> {
            beganMillis = made.began();
            endedMillis = made.ended();
        });
        took = known.flatMap(Making::took).or(() -> took);
        failure = Optional.empty();
        progress = Optional.empty();
        note = "";
    }
}
