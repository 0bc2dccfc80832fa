package org.crvqa.coordinator.scale;

import java.time.Instant;
import java.util.Map;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.task.v1.WorkerKind;

/**
 * What is seen at one look.
 *
 * @param sizes what the pools are asked to have; without those that do not exist
 * @param complete whether all work is known: not while experiments are still being read
 * @param now by the clock by which seats say since when they are what they are
 */
record Observation(FleetView fleet, Map<WorkerKind, Pools.Size> sizes, boolean complete, Instant now) {
    Observation {
        sizes = Map.copyOf(sizes);
    }
}
