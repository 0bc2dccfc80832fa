package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.Map;
import org.crvqa.coordinator.v1.TaskKind;

/**
 * How the dispatcher behaves.
 *
 * @param silence after which a worker whose stream says nothing counts as lost
 * @param pollInterval between two questions to a worker what it does
 * @param lossesWithoutProgress workers that a task may take with it, without a newer saved state in between, before it
 *     is given up
 * @param stalls after which the work of a worker that lives counts as standing still, by kind of task
 * @param mostTasks that may be left to run in all experiments together, for another one to be taken
 */
public record DispatchSettings(
        Duration silence,
        Duration pollInterval,
        int lossesWithoutProgress,
        Map<TaskKind, Duration> stalls,
        int mostTasks) {
    /** How often the dispatcher looks at the clock. */
    public static final Duration TICK = Duration.ofMillis(250);

    /** What {@link #lossesWithoutProgress} is unless said otherwise. */
    public static final int LOSSES_WITHOUT_PROGRESS = 10;

    /** What {@link #stalls} has unless said otherwise: the longest step of a model on few cores takes minutes. */
    public static final Duration STALL = Duration.ofMinutes(30);

    /** What {@link #mostTasks} is unless said otherwise: they take about 300 MB of the heap. */
    public static final int MOST_TASKS = 500_000;

    /** @throws IllegalArgumentException when a duration or number is not positive */
    public DispatchSettings {
        if (silence.isNegative() || silence.isZero() || pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("Durations must be positive: " + silence + ", " + pollInterval);
        }
        if (lossesWithoutProgress < 1) {
            throw new IllegalArgumentException("Expected at least one loss, found " + lossesWithoutProgress);
        }
        if (mostTasks < 1) {
            throw new IllegalArgumentException("Expected room for at least one task, found " + mostTasks);
        }
        stalls = Map.copyOf(stalls);
    }

    /** How long the work of such a task may give no sign. */
    Duration stall(TaskKind kind) {
        return stalls.getOrDefault(kind, STALL);
    }

    /** With what is usual otherwise. */
    public DispatchSettings(Duration silence, Duration pollInterval) {
        this(silence, pollInterval, LOSSES_WITHOUT_PROGRESS, Map.of(), MOST_TASKS);
    }
}
