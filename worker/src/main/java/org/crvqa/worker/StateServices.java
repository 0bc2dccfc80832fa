package org.crvqa.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.crvqa.artifacts.TaskStates;

/**
 * What the states of every task of a worker have in common.
 *
 * @param states of the store
 * @param local folder for states that are being written or were fetched
 * @param cadence how often states are saved
 * @param patience how long the end of a task waits for a state that is being saved
 * @param halt ends the process where an assignment says so
 * @param nanoTime as {@link System#nanoTime}
 */
record StateServices(
        TaskStates states,
        Path local,
        String workerId,
        StateCadence cadence,
        Duration patience,
        Halt halt,
        WorkerMetrics metrics,
        InstantSource clock,
        LongSupplier nanoTime) {
    Path freshFolder() {
        return local.resolve(UUID.randomUUID().toString());
    }
}
