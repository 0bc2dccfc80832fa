package org.crvqa.coordinator.scale;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.task.v1.WorkerKind;

/**
 * What is remembered from one look to the next.
 *
 * @param pools by kind of worker
 * @param marks by name of pod, as the cluster has confirmed them
 */
record ScaleState(Map<WorkerKind, PoolState> pools, Map<String, Mark> marks) {
    /** Before the first look. */
    static final ScaleState FIRST = new ScaleState(Map.of(), Map.of());

    ScaleState {
        pools = Map.copyOf(pools);
        marks = Map.copyOf(marks);
    }

    PoolState pool(WorkerKind kind) {
        return Optional.ofNullable(pools.get(kind)).orElse(PoolState.FIRST);
    }

    /** After the cluster has confirmed these marks. */
    ScaleState marked(Map<String, Mark> confirmed) {
        Map<String, Mark> all = new HashMap<>(marks);
        all.putAll(confirmed);
        return new ScaleState(pools, all);
    }

    /** After a time in which nobody looked: how long anything was wanted is not known any more. */
    ScaleState afterAPause() {
        Map<WorkerKind, PoolState> paused = new HashMap<>();
        pools.forEach((kind, pool) -> paused.put(kind, new PoolState(Lean.NONE, pool.starts(), pool.leavers())));
        return new ScaleState(paused, marks);
    }

    /**
     * What is remembered of one pool.
     *
     * @param leavers ids of members that get nothing more, so that the pool can shrink by them
     */
    record PoolState(Lean lean, Starts starts, Set<String> leavers) {
        static final PoolState FIRST = new PoolState(Lean.NONE, Starts.FIRST, Set.of());

        PoolState {
            leavers = Set.copyOf(leavers);
        }
    }
}
