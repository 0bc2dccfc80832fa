package org.crvqa.coordinator.dispatch;

import org.jspecify.annotations.Nullable;

/** A task's place in an experiment. Owned by the event loop. */
final class TaskPlace {
    final Task task;
    final ExperimentEntry entry;
    /** In the order of the plan, from 0. */
    final int place;

    /** Neighbours in the order of their latest change; see {@link ChangeOrder}. */
    @Nullable
    TaskPlace older;

    @Nullable
    TaskPlace newer;

    TaskPlace(Task task, ExperimentEntry entry, int place) {
        this.task = task;
        this.entry = entry;
        this.place = place;
    }
}
