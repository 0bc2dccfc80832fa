package org.crvqa.coordinator.dispatch;

import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where the dispatcher's code runs: all state is touched by one thread, and everything that may block runs on another
 * and comes back. Tests give executors that they turn by hand.
 *
 * @param state runs one thing at a time, in order
 * @param blocking runs what waits for the store
 */
public record EventLoop(Clock clock, Executor state, Executor blocking) {
    private static final Logger LOG = Logger.getLogger(EventLoop.class);

    /** Runs on the state thread. A defect in one turn does not end the loop. */
    void run(Runnable turn) {
        try {
            state.execute(() -> {
                try {
                    turn.run();
                } catch (RuntimeException e) {
                    LOG.error("A turn of the dispatcher failed; the others go on", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("A stopped dispatcher hears nothing any more", e);
        }
    }

    /** Asks something of the state. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, state);
    }

    /** Does something that blocks, then goes on with the state; exactly one of the two arguments is null. */
    <T> void blocking(Supplier<T> work, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletableFuture.supplyAsync(work, blocking)
                .whenComplete((result, error) -> run(() -> then.accept(result, error)));
    }

    /** Does something that blocks and that nobody waits for. */
    void detached(String what, Runnable work) {
        blocking.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warnf(e, "Could not %s", what);
            }
        });
    }
}
