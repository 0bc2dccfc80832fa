package org.crvqa.coordinator.api;

import java.util.Optional;
import org.crvqa.study.reading.StoreReads;

/** Gives the coordinator while it leads and has what it needs for that; else calls are refused. */
public interface CoordinatorSource {
    /** Empty while the process starts, stands by, or leads without its store. */
    Optional<Coordinator> coordinator();

    /** host:port of another coordinator that leads, where one is known. */
    default Optional<String> leaderElsewhere() {
        return Optional.empty();
    }

    /** What is answered while another coordinator leads; empty when this one leads, or when it is not known who does. */
    default Optional<StoreReads> standby() {
        return Optional.empty();
    }

    /** Why there is none, for callers. */
    String whyNot();
}
