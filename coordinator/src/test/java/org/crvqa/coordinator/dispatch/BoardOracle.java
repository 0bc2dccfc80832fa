package org.crvqa.coordinator.dispatch;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.v1.TaskKind;

/** What a board keeps with every change, found once more by looking at every task. */
final class BoardOracle {
    private static final List<TaskKind> KINDS =
            List.of(TaskKind.TASK_KIND_TRAIN, TaskKind.TASK_KIND_PRUNE, TaskKind.TASK_KIND_EVALUATE);

    private BoardOracle() {}

    /** The first difference. */
    static Optional<String> compare(TaskBoard board) {
        Optional<String> wrong = counts("the board", board.counts(), board.tasks());
        for (ExperimentEntry entry : board.experiments().values()) {
            wrong = wrong.or(() -> counts(entry.id(), entry.counts, entry.tasks()))
                    .or(() -> running(entry))
                    .or(() -> changes(entry));
        }
        for (TaskKind kind : KINDS) {
            wrong = wrong.or(() -> next(board, kind));
        }
        return wrong;
    }

    private static Optional<String> counts(String where, TaskCounts kept, Collection<Task> tasks) {
        TaskCounts counted = new TaskCounts();
        tasks.forEach(counted::add);
        return unless(kept.agrees(counted), where + " counts " + kept + ", and there are " + counted);
    }

    private static Optional<String> running(ExperimentEntry entry) {
        List<Task> tasks = entry.tasks();
        boolean same = KINDS.stream()
                .allMatch(kind -> entry.running(kind)
                        == tasks.stream()
                                .filter(task -> task.plan.kind() == kind && task.current != null)
                                .count());
        return unless(same, entry.id() + " does not know what runs for it");
    }

    private static Optional<String> changes(ExperimentEntry entry) {
        long latest = entry.tasks().stream().mapToLong(task -> task.changed).reduce(-1, Math::max);
        List<Long> steps = entry.changes.since(-1).stream()
                .map(member -> member.task.changed)
                .toList();
        boolean descending = true;
        for (int i = 1; i < steps.size(); i++) {
            descending &= steps.get(i) < steps.get(i - 1);
        }
        return unless(
                descending && steps.size() == entry.members.size() && entry.changes.latest() == latest,
                entry.id() + " has lost the order of its changes: " + steps);
    }

    private static Optional<String> next(TaskBoard board, TaskKind kind) {
        List<Task> ready = board.tasks().stream()
                .filter(task -> task.plan.kind() == kind && task.filed == ReadyQueue.Filed.OFFERED)
                .toList();
        Optional<Task> expected = ready.isEmpty() ? Optional.empty() : Optional.of(new FairOrder(kind).next(ready));
        Optional<Task> found = board.queue().first(kind);
        return unless(
                found.equals(expected),
                "next is " + found.map(task -> task.plan.label()) + ", expected "
                        + expected.map(task -> task.plan.label()));
    }

    private static Optional<String> unless(boolean holds, String otherwise) {
        return holds ? Optional.empty() : Optional.of(otherwise);
    }
}
