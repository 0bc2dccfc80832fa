package org.crvqa.coordinator.kube;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
final class Await {
    /** With room for a busy machine. */
    private static final Duration ROOM = Duration.ofSeconds(60);

    private static final int PAUSE_MILLIS = 5;

    private Await() {}

    static void until(BooleanSupplier condition) {
        Instant end = Instant.now().plus(ROOM);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("It did not happen within " + ROOM);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
