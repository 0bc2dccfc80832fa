package org.crvqa.coordinator.dispatch;

import org.crvqa.coordinator.fleet.Member;

/** Makes connections to workers. */
@FunctionalInterface
public interface WorkerConnector {
    /** A client of its own for a member; whoever asked for it closes it. Returns at once, whether or not it can be reached. */
    WorkerClient connect(Member member);
}
