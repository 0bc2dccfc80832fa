package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An experiment's tasks in the order of their latest change, so that what is new is found without a look at the rest. The
 * links are in the places themselves: hundreds of thousands of them are kept. Owned by the event loop.
 */
final class ChangeOrder {
    @Nullable
    private TaskPlace newest;

    /** Takes what is in no such order, as the one that changed last. */
    void add(TaskPlace changed) {
        changed.older = newest;
        if (newest != null) {
            newest.newer = changed;
        }
        newest = changed;
    }

    /** One of them has changed. */
    void moved(TaskPlace changed) {
        TaskPlace newer = changed.newer;
        if (newer == null) {
            return;
        }
        newer.older = changed.older;
        if (changed.older != null) {
            changed.older.newer = newer;
        }
        changed.newer = null;
        add(changed);
    }

    /** Those that changed after a step, newest first. */
    List<TaskPlace> since(long step) {
        List<TaskPlace> changed = new ArrayList<>();
        for (TaskPlace at = newest; at != null && at.task.changed > step; at = at.older) {
            changed.add(at);
        }
        return changed;
    }

    /**
     * The newest of those that changed before a step, which is where {@code last} had changed when it was looked at; -1: the
     * newest of all.
     */
    @Nullable
    TaskPlace before(Optional<TaskPlace> last, long step) {
        if (last.isPresent() && last.get().task.changed == step) {
            return last.get().older;
        }
        TaskPlace at = newest;
        while (step >= 0 && at != null && at.task.changed >= step) {
            at = at.older;
        }
        return at;
    }

    /** Step of the latest change; -1 without any. */
    long latest() {
        return newest == null ? -1 : newest.task.changed;
    }
}
