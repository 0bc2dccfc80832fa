package org.crvqa.coordinator;

import java.time.Clock;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.api.ExperimentMetrics;
import org.crvqa.coordinator.dispatch.DispatchMetrics;
import org.crvqa.coordinator.dispatch.WorkerConnector;

/**
 * What a process has from its start to its end, whether it leads or stands by.
 *
 * @param storeId by which workers tell whether they have the same store; empty when it cannot be read
 * @param clock for what is kept in the store
 * @param steady for what waits
 */
record Foundation(
        CoordinatorSettings settings,
        ObjectStore store,
        String storeId,
        ArtifactRepository artifacts,
        Workers workers,
        WorkerConnector connector,
        DispatchMetrics metrics,
        ExperimentMetrics experiments,
        Clock clock,
        Clock steady) {}
