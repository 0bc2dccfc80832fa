package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.crvqa.artifacts.store.StoreException;
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

    /** Runs on the state thread. A defect in one turn does not end the loop; what no turn can go on after is passed on. */
    void run(Runnable turn) {
        try {
            state.execute(() -> {
                try {
                    turn.run();
                } catch (RuntimeException e) {
                    LOG.error("A turn of the dispatcher failed; the others go on", e);
                } catch (Error e) {
                    passOn(e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("A stopped dispatcher hears nothing any more", e);
        }
    }

    /** An executor may keep what a turn throws to itself: whoever handles this thread's errors hears of it. */
    private static void passOn(Error error) {
        LOG.error("A turn of the dispatcher failed", error);
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
    }

    /** Asks something of the state. Fails as UNAVAILABLE when the loop has been stopped. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        try {
            return CompletableFuture.supplyAsync(question, state);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(Status.UNAVAILABLE
                    .withDescription("This coordinator leads no more; ask again")
                    .withCause(e)
                    .asRuntimeException());
        }
    }

    /** Does something that blocks, then goes on with the state; exactly one of the two arguments is null. */
    <T> void blocking(Supplier<T> work, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        try {
            CompletableFuture.supplyAsync(work, blocking)
                    .whenComplete((result, error) -> run(() -> then.accept(result, error)));
        } catch (RejectedExecutionException e) {
            run(() -> then.accept(null, new StoreException("This coordinator stops, and asks its store no more", e)));
        }
    }
}
