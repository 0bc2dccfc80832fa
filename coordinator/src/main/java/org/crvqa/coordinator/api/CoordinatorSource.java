package org.crvqa.coordinator.api;

import java.util.Optional;

/** Gives the coordinator while it leads and once all experiments of the store are loaded; else calls are refused. */
public interface CoordinatorSource {
    /** Empty while the process starts or stands by. */
    Optional<Coordinator> coordinator();

    /** host:port of the coordinator that leads, as far as this one knows. */
    Optional<String> leader();
}
