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
        Map<TaskKind, Duration> left = new EnumMap<>(TaskKind.class);
        for (Task task : tasks) {
            if (task.ended()) {
                continue;
            }
            Optional<Duration> remaining = remaining(task, tasks);
            if (remaining.isEmpty()) {
                return Optional.empty();
            }
            left.merge(task.plan.kind(), remaining.get(), Duration::plus);
        }
        return left.entrySet().stream()
                .map(entry -> entry.getValue().dividedBy(Math.max(1, workers.getOrDefault(entry.getKey(), 1))))
                .max(Duration::compareTo);
    }

    private static Optional<Duration> remaining(Task task, List<Task> tasks) {
        if (task.progress.isPresent() && task.progress.get().hasTimeLeft()) {
            var said = task.progress.get().getTimeLeft();
            return Optional.of(Duration.ofSeconds(said.getSeconds(), said.getNanos()));
        }
        List<Duration> took = tasks.stream()
                .filter(done -> done.plan.kind() == task.plan.kind() && done.state == TaskState.TASK_STATE_DONE)
                .flatMap(done -> done.took.stream())
                .toList();
        return took.stream().reduce(Duration::plus).map(sum -> sum.dividedBy(took.size()));
    }
}
