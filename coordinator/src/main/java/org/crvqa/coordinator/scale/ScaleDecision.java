package org.crvqa.coordinator.scale;

import java.util.Map;
import java.util.Set;
import org.crvqa.task.v1.WorkerKind;

/**
 * What follows from a look.
 *
 * @param state to remember
 * @param wanted workers by kind, as far as the budget has devices for them; before any waiting
 * @param resizes what pools are to be asked to have, by kind, where that changes
 * @param marks that are to be set, by name of pod; a pool shrinks only when all of its own are confirmed
 * @param leavers ids of members that get nothing more
 */
record ScaleDecision(
        ScaleState state,
        Map<WorkerKind, Integer> wanted,
        Map<WorkerKind, Integer> resizes,
        Map<String, Mark> marks,
        Set<String> leavers) {
    ScaleDecision {
        wanted = Map.copyOf(wanted);
        resizes = Map.copyOf(resizes);
        marks = Map.copyOf(marks);
        leavers = Set.copyOf(leavers);
    }
}
