package org.crvqa.worker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What the states of every task of a worker have in common.
 *
 * @param cadence how often states are saved
 * @param patience how long the end of a task waits for a state that is being saved
 * @param halt ends the process where an assignment says so
 * @param nanoTime as {@link System#nanoTime}
 */
record StateServices(
        String workerId,
        StateCadence cadence,
        Duration patience,
        Halt halt,
        WorkerMetrics metrics,
        InstantSource clock,
        LongSupplier nanoTime) {}
