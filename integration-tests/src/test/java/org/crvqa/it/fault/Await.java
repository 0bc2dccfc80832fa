package org.crvqa.it.fault;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waiting for something to become true. */
final class Await {
    /** Long enough for anything that ends at all on a busy machine. */
    static final Duration LONG = Duration.ofMinutes(3);

    private static final long POLL_MILLIS = 20;

    private Await() {}

    /** @throws AssertionError when it is not true within {@code limit} */
    static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        value(what, limit, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /** The value as soon as there is one. @throws AssertionError when there is none within {@code limit} */
    static <T> T value(String what, Duration limit, Callable<Optional<T>> source) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<T> value = source.call();
            if (value.isPresent()) {
                return value.get();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new AssertionError("Not within " + limit.toSeconds() + " s: " + what);
    }
}
