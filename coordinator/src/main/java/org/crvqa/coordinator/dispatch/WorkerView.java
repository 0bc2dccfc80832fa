package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Optional;

/** What is known of a worker at a moment; {@link WorkerSlot#view} derives it from what was asked, heard and done. */
sealed interface WorkerView {
    /** It has not answered since it was last given work or gave work back, or never. */
    record Unknown() implements WorkerView {}

    /** It did not answer when it was asked last. */
    record Unreachable() implements WorkerView {}

    /** This dispatcher gives it a task, or listens to it. */
    record Attached(Attempt attempt) implements WorkerView {}

    /** It runs something to which this dispatcher does not listen. */
    record Busy(String key, int attempt, long step) implements WorkerView {}

    /** It stops, or its device failed. */
    record Leaving() implements WorkerView {}

    /** It answers, and gets nothing: see {@code reason}. {@code until}: when it is tried again; empty: when it has changed. */
    record SetAside(String reason, Optional<Instant> until) implements WorkerView {}

    /** It waits for work. */
    record Idle() implements WorkerView {}
}
