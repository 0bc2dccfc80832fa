package org.crvqa.coordinator.dispatch;

import java.util.Map;
import java.util.Set;

/**
 * What is new about several experiments.
 *
 * @param changed by id; those of which nothing is new are left out
 * @param unknown ids that the dispatcher does not know, or not any more
 */
public record ExperimentChanges(Map<String, ExperimentChange> changed, Set<String> unknown) {
    /** Copies what it is given. */
    public ExperimentChanges {
        changed = Map.copyOf(changed);
        unknown = Set.copyOf(unknown);
    }
}
