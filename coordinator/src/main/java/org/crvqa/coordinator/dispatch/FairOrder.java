package org.crvqa.coordinator.dispatch;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which ready task comes next: higher priority; then the experiment with fewer running tasks; then the one that waited
 * longest for its turn; then the older one; then the order of its plan. A task that several experiments need counts for
 * the one that stands best.
 */
final class FairOrder {
    private static final Comparator<ExperimentEntry> BEST_FIRST = Comparator.<ExperimentEntry>comparingInt(
                    entry -> -entry.stored.experiment().getPriority())
            .thenComparingInt(ExperimentEntry::running)
            .thenComparingLong(entry -> entry.lastServed)
            .thenComparing(entry -> entry.stored.submitted())
            .thenComparing(entry -> entry.stored.id());

    private FairOrder() {}

    /** The ready tasks, the next one first. */
    static List<Task> sort(List<Task> ready, Map<String, ExperimentEntry> experiments) {
        Comparator<Task> order = Comparator.comparing((Task task) -> best(task, experiments), BEST_FIRST)
                .thenComparingInt(task -> best(task, experiments).tasks.indexOf(task));
        return ready.stream().sorted(order).toList();
    }

    /** The experiment on whose account a task runs. */
    static ExperimentEntry best(Task task, Map<String, ExperimentEntry> experiments) {
        return task.neededBy.stream()
                .map(experiments::get)
                .min(BEST_FIRST)
                .orElseThrow(() -> new IllegalStateException("Nobody needs " + task.plan.label()));
    }
}
