package org.crvqa.coordinator.fleet;

import java.util.Optional;
import org.crvqa.task.v1.WorkerKind;

/**
 * A worker of which it is known that it exists, and where.
 *
 * @param id by which it is the same one under another address: the UID of its pod, or the address in a list that never
 *     changes
 * @param address host:port at which it is called
 * @param takesWork false while it is not ready or about to end: it gets nothing new, and what it does is listened to
 * @param pod the name of its pod, where it has one
 */
public record Member(String id, WorkerKind kind, String address, boolean takesWork, Optional<String> pod) {
    /** A worker of a list that never changes. */
    public static Member fixed(WorkerKind kind, String address) {
        return new Member(address, kind, address, true, Optional.empty());
    }

    /** By which people know it: its pod, or its address. */
    public String name() {
        return pod.orElse(address);
    }
}
