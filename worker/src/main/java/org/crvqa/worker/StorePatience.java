package org.crvqa.worker;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.crvqa.artifacts.store.StoreException;
import org.jboss.logging.Logger;

/**
 * Keeps a finished task's result while the store is away: hours of work shall not be lost to minutes without a store. Waits
 * between tries, longer each time, with jitter so that many workers do not come back at once.
 *
 * @param limit how long in all
 * @param nanoTime as {@link System#nanoTime}
 */
record StorePatience(Duration limit, LongSupplier nanoTime, RandomGenerator jitter) {
    private static final Logger LOG = Logger.getLogger(StorePatience.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /**
     * Does something with the store until it succeeds.
     *
     * @throws StoreException the latest one, when the limit is over or the task has ended meanwhile
     */
    <T> T keepTrying(RunningTask task, Supplier<T> action) throws InterruptedException {
        long began = nanoTime.getAsLong();
        Duration wait = FIRST_WAIT;
        while (true) {
            try {
                return action.get();
            } catch (StoreException e) {
                Duration next = jittered(wait);
                if (nanoTime.getAsLong() - began + next.toNanos() > limit.toNanos()) {
                    throw e;
                }
                LOG.warnf("%s: its result waits %d ms for the store: %s", task, next.toMillis(), e.getMessage());
                if (task.awaitTerminal(next)) {
                    throw e;
                }
                wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
            }
        }
    }

    private Duration jittered(Duration wait) {
        return Duration.ofMillis(wait.toMillis() / 2 + jitter.nextLong(wait.toMillis() / 2 + 1));
    }
}
