package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.TaskProgress;

/**
 * Estimates when an experiment ends: the work that is left for each kind of worker, at the mean time of the finished
 * tasks of that kind, divided among the workers; the busiest kind decides. Unknown while a kind has work left but none
 * finished.
 */
final class TimeLeft {
    private static final List<TaskKind> KINDS =
            List.of(TaskKind.TASK_KIND_TRAIN, TaskKind.TASK_KIND_PRUNE, TaskKind.TASK_KIND_EVALUATE);

    private TimeLeft() {}

    /** {@code workers}: how many of each kind there are. */
    static Optional<Duration> estimate(ExperimentEntry entry, ToIntFunction<TaskKind> workers) {
        Optional<Duration> longest = Optional.of(Duration.ZERO);
        for (TaskKind kind : KINDS) {
            int shared = Math.max(1, workers.applyAsInt(kind));
            Optional<Duration> left = left(entry, kind).map(all -> all.dividedBy(shared));
            longest = longest.flatMap(a -> left.map(b -> a.compareTo(b) < 0 ? b : a));
        }
        return longest;
    }

    /** What workers of a kind still have to do; those at work may have said how much that is. */
    private static Optional<Duration> left(ExperimentEntry entry, TaskKind kind) {
        Duration left = Duration.ZERO;
        int unsaid = entry.counts.open(kind);
        for (Task task : entry.occupied) {
            if (task.plan.kind() == kind
                    && !task.ended()
                    && task.progress.filter(TaskProgress::hasTimeLeft).isPresent()) {
                var said = task.progress.get().getTimeLeft();
                left = left.plusSeconds(said.getSeconds()).plusNanos(said.getNanos());
                unsaid--;
            }
        }
        if (unsaid == 0) {
            return Optional.of(left);
        }
        Duration known = left;
        int others = unsaid;
        return entry.counts.mean(kind).map(mean -> known.plus(mean.multipliedBy(others)));
    }
}
