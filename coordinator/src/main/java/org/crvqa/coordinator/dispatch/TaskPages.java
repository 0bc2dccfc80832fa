package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkKind;

/**
 * Finds pages of tasks. In the order of the plan a page costs what it holds. In the order of change it also costs the tasks
 * that the filter leaves out in between, and those that have changed since the page before, when the last task of that page
 * is among them. Runs on the event loop.
 */
final class TaskPages {
    private TaskPages() {}

    static TaskPage find(ExperimentEntry entry, TaskQuery query) {
        BiPredicate<WorkKind, TaskState> cells =
                (stage, state) -> query.filter().matches(stage, TaskStatuses.shown(entry, state));
        List<TaskPlace> found = query.newestFirst() ? byChange(entry, query, cells) : byPlan(entry, query, cells);
        boolean more = found.size() > query.most();
        List<TaskPlace> page = more ? found.subList(0, query.most()) : found;
        Optional<TaskCursor> next = Optional.empty();
        if (more) {
            TaskPlace last = page.get(page.size() - 1);
            next = Optional.of(
                    query.newestFirst()
                            ? new TaskCursor(last.place, last.task.changed)
                            : new TaskCursor(found.get(query.most()).place, -1));
        }
        List<TaskStatus> statuses = page.stream()
                .map(member -> TaskStatuses.of(member, query.full()))
                .toList();
        return new TaskPage(statuses, next, entry.index.count(cells), entry.latestChange());
    }

    /** One more than a page takes, where there is one. */
    private static List<TaskPlace> byPlan(
            ExperimentEntry entry, TaskQuery query, BiPredicate<WorkKind, TaskState> cells) {
        List<TaskPlace> found = new ArrayList<>();
        int from = Math.max(0, query.from().place());
        entry.index.visit(cells, from, query.most() + 1, place -> found.add(entry.members.get(place)));
        return found;
    }

    private static List<TaskPlace> byChange(
            ExperimentEntry entry, TaskQuery query, BiPredicate<WorkKind, TaskState> cells) {
        List<TaskPlace> found = new ArrayList<>();
        TaskPlace at =
                entry.changes.before(last(entry, query.from()), query.from().step());
        while (at != null && found.size() <= query.most()) {
            if (cells.test(at.task.plan.stage(), at.task.state)) {
                found.add(at);
            }
            at = at.older;
        }
        return found;
    }

    /** The last task of the page before. */
    private static Optional<TaskPlace> last(ExperimentEntry entry, TaskCursor from) {
        boolean known = from.step() >= 0 && from.place() >= 0 && from.place() < entry.members.size();
        return known ? Optional.of(entry.members.get(from.place())) : Optional.empty();
    }
}
