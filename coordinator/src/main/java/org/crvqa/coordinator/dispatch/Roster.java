package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.WorkerKind;

/** All workers, and a clock of their own by which what they said is before or after what happened. Owned by the event loop. */
final class Roster {
    private final List<WorkerSlot> slots;
    private long moment;

    Roster(List<WorkerSlot> slots) {
        this.slots = List.copyOf(slots);
    }

    List<WorkerSlot> all() {
        return slots;
    }

    /** A moment after all earlier ones. */
    long now() {
        return ++moment;
    }

    List<WorkerSlot> of(TaskKind kind) {
        WorkerKind worker = workerKind(kind);
        return slots.stream().filter(slot -> slot.kind() == worker).toList();
    }

    /** Attempts that are listened to or about to be. */
    List<Attempt> running() {
        return slots.stream().flatMap(slot -> Stream.ofNullable(slot.attempt)).toList();
    }

    /** Whether a worker takes such work that is not one of these. */
    boolean hasOther(TaskKind kind, Predicate<String> addresses, Instant now) {
        return of(kind).stream().anyMatch(slot -> !addresses.test(slot.address()) && slot.usable(now));
    }

    /** For how long a worker is set aside at most. */
    Duration longestPause(WorkerSlot worker, Instant now) {
        boolean alone = slots.stream()
                .noneMatch(other -> other != worker && other.kind() == worker.kind() && other.usable(now));
        return alone ? WorkerHealth.LONGEST_PAUSE_ALONE : WorkerHealth.LONGEST_PAUSE;
    }

    /**
     * Who gets a task: of those that wait for work the one on which it ended badly least often, rather not the one that had
     * it last. Nobody, when it ended badly on each of them more than once and a worker that is busy would do better.
     */
    Optional<WorkerSlot> choose(Task task, Instant now) {
        List<WorkerSlot> pool = of(task.plan.kind());
        Optional<WorkerSlot> best = pool.stream()
                .filter(slot -> slot.idle(now))
                .min(Comparator.<WorkerSlot>comparingInt(slot -> task.troubles.on(slot.address()))
                        .thenComparing(slot -> slot == task.lastWorker));
        return best.filter(slot -> !task.troubles.isTooMuch(slot.address())
                || pool.stream().noneMatch(other -> !task.troubles.isTooMuch(other.address()) && other.usable(now)));
    }

    private static WorkerKind workerKind(TaskKind kind) {
        return switch (kind) {
            case TASK_KIND_TRAIN -> WorkerKind.WORKER_KIND_TRAINER;
            case TASK_KIND_PRUNE -> WorkerKind.WORKER_KIND_PRUNER;
            case TASK_KIND_EVALUATE -> WorkerKind.WORKER_KIND_EVALUATOR;
            case TASK_KIND_UNSPECIFIED, UNRECOGNIZED -> WorkerKind.WORKER_KIND_UNSPECIFIED;
        };
    }
}
