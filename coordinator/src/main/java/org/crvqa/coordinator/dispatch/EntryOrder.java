package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Experiments in the order of their latest change, so that those that are new are found without a look at the rest. The
 * links are in the entries. Owned by the event loop.
 */
final class EntryOrder {
    @Nullable
    private ExperimentEntry newest;

    /** An entry has changed, or came. */
    void changed(ExperimentEntry entry) {
        if (newest == entry) {
            return;
        }
        remove(entry);
        entry.older = newest;
        if (newest != null) {
            newest.newer = entry;
        }
        newest = entry;
    }

    /** It is no more; nothing happens when it is in no order. */
    void remove(ExperimentEntry entry) {
        if (newest == entry) {
            newest = entry.older;
        }
        if (entry.newer != null) {
            entry.newer.older = entry.older;
        }
        if (entry.older != null) {
            entry.older.newer = entry.newer;
        }
        entry.newer = null;
        entry.older = null;
    }

    /** Those that changed after a step, newest first. */
    List<ExperimentEntry> since(long step) {
        List<ExperimentEntry> changed = new ArrayList<>();
        for (ExperimentEntry at = newest; at != null && at.latestChange() > step; at = at.older) {
            changed.add(at);
        }
        return changed;
    }
}
