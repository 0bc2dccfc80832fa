package org.crvqa.coordinator.scale;

import java.time.Duration;
import java.util.Map;
import org.crvqa.task.v1.WorkerKind;

/**
 * How pools are scaled.
 *
 * @param pools one for each kind of worker that has one
 * @param budget devices for all pools together; {@link #NO_BUDGET} for as many as their bounds allow
 * @param up for how long more must be wanted before a pool grows
 * @param down for how long less must be wanted before a pool shrinks
 * @param handOver the same, while another pool has no device for what it wants
 * @param patience for how long workers may take to start
 */
public record ScaleSettings(
        Map<WorkerKind, PoolSettings> pools,
        long budget,
        Duration up,
        Duration down,
        Duration handOver,
        Duration patience) {
    /** More devices than there are. */
    public static final long NO_BUDGET = Long.MAX_VALUE / 2;

    /** Copies what it is given. */
    public ScaleSettings {
        pools = Map.copyOf(pools);
    }
}
