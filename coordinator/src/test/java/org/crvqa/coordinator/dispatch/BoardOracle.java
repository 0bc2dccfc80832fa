package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;

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
                    .or(() -> index(entry))
                    .or(() -> running(entry))
                    .or(() -> changes(entry));
        }
        for (TaskKind kind : KINDS) {
            wrong = wrong.or(() -> next(board, kind)).or(() -> available(board, kind));
        }
        return wrong.or(() -> order(board));
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

    /** Each task is where its stage and state say, and pages of any of them go on where the one before ended. */
    private static Optional<String> index(ExperimentEntry entry) {
        for (TaskState state : List.of(
                TaskState.TASK_STATE_PLANNED,
                TaskState.TASK_STATE_READY,
                TaskState.TASK_STATE_RUNNING,
                TaskState.TASK_STATE_DONE,
                TaskState.TASK_STATE_FAILED,
                TaskState.TASK_STATE_CANCELLED)) {
            List<Integer> expected = entry.members.stream()
                    .filter(member -> TaskStatuses.shown(entry, member.task.state) == state)
                    .map(member -> member.place)
                    .toList();
            if (!expected.equals(listed(entry, state, false))) {
                return Optional.of(entry.id() + " lists as " + state + " " + listed(entry, state, false) + ", expected "
                        + expected);
            }
            if (!Set.copyOf(expected).equals(Set.copyOf(listed(entry, state, true)))) {
                return Optional.of(entry.id() + " lists in the order of change as " + state + " "
                        + listed(entry, state, true) + ", expected all of " + expected);
            }
        }
        return Optional.empty();
    }

    private static List<Integer> listed(ExperimentEntry entry, TaskState state, boolean newestFirst) {
        List<Integer> places = new ArrayList<>();
        Optional<TaskCursor> next = Optional.of(TaskCursor.START);
        while (next.isPresent()) {
            TaskFilter filter = new TaskFilter(Set.of(state), Set.of(), Set.of());
            TaskPage page = TaskPages.find(entry, new TaskQuery(filter, newestFirst, next.get(), 3, false));
            page.tasks().forEach(task -> places.add(task.getPlace()));
            next = page.next();
        }
        return places;
    }

    private static Optional<String> available(TaskBoard board, TaskKind kind) {
        long expected = board.tasks().stream()
                .filter(task -> task.plan.kind() == kind && task.filed == ReadyQueue.Filed.OFFERED && !task.isPaused())
                .count();
        return unless(
                board.queue().waiting(kind) == expected,
                board.queue().waiting(kind) + " tasks could be given out, expected " + expected);
    }

    private static Optional<String> order(TaskBoard board) {
        List<Long> steps = board.changedSince(-1).stream()
                .map(ExperimentEntry::latestChange)
                .toList();
        boolean descending = IntStream.range(1, steps.size()).allMatch(i -> steps.get(i) <= steps.get(i - 1));
        return unless(
                descending && steps.size() == board.experiments().size(),
                "experiments are in the order of change " + steps);
    }

    private static Optional<String> next(TaskBoard board, TaskKind kind) {
        List<Task> ready = board.tasks().stream()
                .filter(task -> task.plan.kind() == kind && task.filed == ReadyQueue.Filed.OFFERED && !task.isPaused())
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
