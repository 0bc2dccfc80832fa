package org.crvqa.artifacts.gc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.crvqa.artifacts.store.StoreException;

/** Requests to the store side by side, a bounded number at once. */
final class Lanes implements AutoCloseable {
    private static final int COUNT = 32;

    private final ExecutorService threads = Executors.newFixedThreadPool(COUNT, task -> {
        Thread thread = new Thread(task, "garbage");
        thread.setDaemon(true);
        return thread;
    });

    /** The results in the order of the arguments. The first failure is thrown when all that were begun have ended. */
    <T, R> List<R> all(Collection<T> arguments, Function<T, R> call) {
        List<Future<R>> running = new ArrayList<>();
        for (T argument : arguments) {
            running.add(threads.submit(() -> call.apply(argument)));
        }
        List<R> results = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<R> future : running) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                failure = failure == null ? unwrapped(e) : failure;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                running.forEach(other -> other.cancel(true));
                throw new StoreException("Interrupted while collecting garbage", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    /** As {@link #all}, for what says yes or no: the arguments of which it says yes. */
    <T> List<T> only(Collection<T> arguments, Function<T, Boolean> call) {
        List<Boolean> results = all(arguments, call);
        List<T> chosen = new ArrayList<>();
        int i = 0;
        for (T argument : arguments) {
            if (results.get(i++)) {
                chosen.add(argument);
            }
        }
        return chosen;
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
