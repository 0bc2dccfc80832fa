package org.crvqa.artifacts.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A few threads that share the parts of transfers. Thread-safe; a part must not itself ask for parts. */
final class ParallelCalls implements AutoCloseable {
    private final ExecutorService threads;

    ParallelCalls(int count) {
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "store-transfer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The results, in the order of the calls. After a failure no further call is started; it is thrown when those that
     * were running have ended, so that nothing goes on behind the caller's back.
     */
    <T> List<T> all(List<Callable<T>> calls) throws IOException {
        AtomicBoolean stopped = new AtomicBoolean();
        List<Future<T>> running = new ArrayList<>();
        for (Callable<T> call : calls) {
            running.add(threads.submit(() -> unlessStopped(stopped, call)));
        }
        List<T> results = new ArrayList<>();
        Throwable failure = null;
        for (Future<T> future : running) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                failure = worse(failure, e.getCause());
            } catch (InterruptedException e) {
                stopped.set(true);
                running.forEach(other -> other.cancel(true));
                Thread.currentThread().interrupt();
                throw new StoreException("Interrupted during a transfer", e);
            }
        }
        if (failure != null) {
            throw rethrown(failure);
        }
        return results;
    }

    private static <T> T unlessStopped(AtomicBoolean stopped, Callable<T> call) throws Exception {
        if (stopped.get()) {
            throw new CancellationException("Another part failed");
        }
        boolean done = false;
        try {
            T result = call.call();
            done = true;
            return result;
        } finally {
            if (!done) {
                stopped.set(true);
            }
        }
    }

    /** The first cause, rather than the calls that were given up because of it. */
    private static Throwable worse(@Nullable Throwable first, Throwable next) {
        if (first == null || (first instanceof CancellationException && !(next instanceof CancellationException))) {
            return next;
        }
        return first;
    }

    private static RuntimeException rethrown(Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
