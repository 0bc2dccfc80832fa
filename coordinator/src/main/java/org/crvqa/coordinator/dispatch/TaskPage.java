package org.crvqa.coordinator.dispatch;

import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * Some of an experiment's tasks.
 *
 * @param next where the next page begins; empty: this is the last
 * @param total tasks of all pages
 * @param step to ask for later changes with
 */
public record TaskPage(List<TaskStatus> tasks, Optional<TaskCursor> next, int total, long step) {
    /** Copies what it is given. */
    public TaskPage {
        tasks = List.copyOf(tasks);
    }
}
