package org.crvqa.coordinator.dispatch;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.crvqa.coordinator.v1.TaskKind;

/**
 * Which ready task of a kind comes next: higher priority; then the experiment that occupies fewer workers of that kind;
 * then the one that waited longest for its turn there; then the older one; then the order of its plan. A task that
 * several experiments need counts for the one that stands best.
 */
final class FairOrder {
    private final TaskKind kind;
    private final Map<String, ExperimentEntry> experiments;
    private final Comparator<ExperimentEntry> bestFirst;

    FairOrder(TaskKind kind, Map<String, ExperimentEntry> experiments) {
        this.kind = kind;
        this.experiments = experiments;
        this.bestFirst = Comparator.<ExperimentEntry>comparingInt(
                        entry -> -entry.stored.experiment().getPriority())
                .thenComparingInt(entry -> entry.running(kind))
                .thenComparingLong(entry -> entry.lastServed(kind))
                .thenComparing(entry -> entry.stored.submitted())
                .thenComparing(entry -> entry.stored.id());
    }

    /** The next of some ready tasks, of which there is at least one. */
    Task next(List<Task> ready) {
        Comparator<Task> order = Comparator.comparing(this::account, bestFirst)
                .thenComparingInt(task -> account(task).tasks.indexOf(task));
        return ready.stream().min(order).orElseThrow();
    }

    /** Notes that a task was given to a worker. */
    void served(Task task, long step) {
        account(task).lastServed.put(kind, step);
    }

    /** The experiment on whose account a task runs. */
    private ExperimentEntry account(Task task) {
        return task.neededBy.stream()
                .map(experiments::get)
                .min(bestFirst)
                .orElseThrow(() -> new IllegalStateException("Nobody needs " + task.plan.label()));
    }
}
