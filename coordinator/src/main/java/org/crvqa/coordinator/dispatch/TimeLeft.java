package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;

/**
 * Estimates when an experiment ends: the work that is left for each kind of worker, at the mean time of the finished
 * tasks of that kind, divided among the workers; the busiest kind decides. Unknown while a kind has work left but none
 * finished.
 */
final class TimeLeft {
    private TimeLeft() {}

    /** {@code workers}: how many of each kind there are. */
    static Optional<Duration> estimate(List<Task> tasks, Map<TaskKind, Integer> workers) {
        Map<TaskKind, Duration> means = means(tasks);
        Map<TaskKind, Duration> left = new EnumMap<>(TaskKind.class);
        for (Task task : tasks) {
            if (task.ended()) {
                continue;
            }
            Optional<Duration> remaining = remaining(task, means);
            if (remaining.isEmpty()) {
                return Optional.empty();
            }
            left.merge(task.plan.kind(), remaining.get(), Duration::plus);
        }
        return left.entrySet().stream()
                .map(entry -> entry.getValue().dividedBy(Math.max(1, workers.getOrDefault(entry.getKey(), 1))))
                .max(Duration::compareTo);
    }

    private static Optional<Duration> remaining(Task task, Map<TaskKind, Duration> means) {
        if (task.progress.isPresent() && task.progress.get().hasTimeLeft()) {
            var said = task.progress.get().getTimeLeft();
            return Optional.of(Duration.ofSeconds(said.getSeconds(), said.getNanos()));
        }
        return Optional.ofNullable(means.get(task.plan.kind()));
    }

    private static Map<TaskKind, Duration> means(List<Task> tasks) {
        Map<TaskKind, Duration> sums = new EnumMap<>(TaskKind.class);
        Map<TaskKind, Integer> counts = new EnumMap<>(TaskKind.class);
        for (Task task : tasks) {
            if (task.state == TaskState.TASK_STATE_DONE && task.took.isPresent()) {
                sums.merge(task.plan.kind(), task.took.get(), Duration::plus);
                counts.merge(task.plan.kind(), 1, Integer::sum);
            }
        }
        sums.replaceAll((kind, sum) -> sum.dividedBy(counts.get(kind)));
        return sums;
    }
}
