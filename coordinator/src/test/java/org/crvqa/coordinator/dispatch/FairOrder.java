package org.crvqa.coordinator.dispatch;

import java.util.Comparator;
import java.util.List;
import org.crvqa.coordinator.v1.TaskKind;

/** The rule of {@link ReadyQueue}, word for word: what the queue finds by its structures, found by looking at all tasks. */
final class FairOrder {
    private final Comparator<ExperimentEntry> bestFirst;

    FairOrder(TaskKind kind) {
        this.bestFirst = Comparator.<ExperimentEntry>comparingInt(entry -> -entry.settings
                        .priority()
                        .orElse(entry.stored.experiment().getPriority()))
                .thenComparingLong(entry -> entry.tasks().stream()
                        .filter(task -> task.current != null && task.plan.kind() == kind)
                        .count())
                .thenComparingLong(entry -> entry.lastServed(kind))
                .thenComparing(entry -> entry.stored.submitted())
                .thenComparing(entry -> entry.stored.id());
    }

    /** The next of some ready tasks, of which there is at least one. */
    Task next(List<Task> ready) {
        Comparator<Task> order = Comparator.comparing(this::account, bestFirst)
                .thenComparingInt(task -> account(task).tasks().indexOf(task));
        return ready.stream().min(order).orElseThrow();
    }

    /** The experiment on whose account a task runs. */
    private ExperimentEntry account(Task task) {
        return task.places.stream()
                .map(member -> member.entry)
                .filter(entry -> entry.needsTasks() && !entry.settings.paused())
                .min(bestFirst)
                .orElseThrow(() -> new IllegalStateException("Nobody needs " + task.plan.label()));
    }
}
