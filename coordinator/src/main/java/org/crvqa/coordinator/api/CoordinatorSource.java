package org.crvqa.coordinator.api;

import java.util.Optional;

/** Gives the coordinator once all experiments of the store are loaded; before that, calls are refused. */
public interface CoordinatorSource {
    /** Empty while the process starts. */
    Optional<Coordinator> coordinator();
}
