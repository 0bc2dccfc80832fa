package org.crvqa.vqa.train;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills the next batch while a step runs. One thread fills, in the order of the steps, one step ahead; what it fills is
 * the same with and without it.
 */
final class Prefetch implements AutoCloseable {
    /** Batches: one that a step uses, one that is being filled. */
    static final int SLOTS = 2;

    /** Makes the batch of a step. Never called for two steps at once. */
    @FunctionalInterface
    interface Source {
        void fill(int step);
    }

    private final Source source;
    private final int end;
    private final LongSupplier nanoTime;
    private final @Nullable ExecutorService thread;
    private @Nullable CompletableFuture<Void> next;
    private int nextStep;
    private long waitedNanos;

    /**
     * @param end the step after the last
     * @param ahead whether to fill ahead in a thread; otherwise each batch is filled when it is asked for
     */
    Prefetch(Source source, int end, boolean ahead, LongSupplier nanoTime) {
        this.source = source;
        this.end = end;
        this.nanoTime = nanoTime;
        thread = ahead ? Executors.newSingleThreadExecutor(Prefetch::daemon) : null;
    }

    /** The batch that a step uses: they take turns, so it is not touched before the step after the next is asked for. */
    static int slot(int step) {
        return step % SLOTS;
    }

    /**
     * Returns when the batch of a step is filled, and begins with the one after it. Steps are asked for in order.
     *
     * @throws RuntimeException what the source threw
     */
    void await(int step) {
        long begin = nanoTime.getAsLong();
        if (thread == null) {
            source.fill(step);
        } else {
            CompletableFuture<Void> filled = next;
            if (filled == null || nextStep != step) {
                filled = CompletableFuture.runAsync(() -> source.fill(step), thread);
            }
            join(filled);
            next = null;
        }
        waitedNanos += nanoTime.getAsLong() - begin;
        if (thread != null && step + 1 < end) {
            nextStep = step + 1;
            next = CompletableFuture.runAsync(() -> source.fill(step + 1), thread);
        }
    }

    /** How long steps have waited for their batches, or filled them. */
    long waitedNanos() {
        return waitedNanos;
    }

    /** Waits until nothing is being filled any more. */
    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        thread.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                // The memory that is being filled is freed after this.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(CompletableFuture<Void> filled) {
        try {
            filled.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Thread daemon(Runnable action) {
        Thread thread = new Thread(action, "prefetch");
        thread.setDaemon(true);
        return thread;
    }
}
