package org.crvqa.study.threads;

import io.grpc.Context;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.crvqa.artifacts.store.StoreException;

/**
 * Many small reads of the store at once, in the time of a few. A read that fails because the store did not answer is
 * tried again. Thread-safe; calls share the threads, and none may wait for another inside a read.
 */
public final class ParallelReads implements AutoCloseable {
    /** The most reads at once, over all callers. */
    public static final int WIDTH = 32;

    private static final int TRIES = 3;
    private static final long IDLE_SECONDS = 30;

    private final Executor executor;
    private final Runnable onClose;

    private ParallelReads(Executor executor, Runnable onClose) {
        this.executor = executor;
        this.onClose = onClose;
    }

    /** With threads of its own, which end when they are idle. */
    public static ParallelReads create() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                WIDTH, WIDTH, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Threads.named("reads"));
        pool.allowCoreThreadTimeOut(true);
        return new ParallelReads(pool, pool::shutdownNow);
    }

    /** One read after the other on the caller's thread, for tests. */
    public static ParallelReads oneByOne() {
        return new ParallelReads(Runnable::run, () -> {});
    }

    /**
     * Applies {@code read} to each key. At most {@link #WIDTH} of one call are under way, so that a large call does not
     * hold up a small one for long.
     *
     * @return the results in the order of the keys
     * @throws StoreException when a read failed each time that it was tried
     * @throws io.grpc.StatusRuntimeException CANCELLED when the caller of the gRPC call that this runs for has gone
     */
    public <K, V> Map<K, V> each(Collection<K> keys, Function<? super K, ? extends V> read) {
        Map<K, V> results = new LinkedHashMap<>();
        Deque<Map.Entry<K, CompletableFuture<V>>> underWay = new ArrayDeque<>();
        for (K key : keys) {
            if (underWay.size() >= WIDTH) {
                collect(underWay, results);
            }
            underWay.add(Map.entry(key, CompletableFuture.supplyAsync(() -> tried(key, read), executor)));
        }
        while (!underWay.isEmpty()) {
            collect(underWay, results);
        }
        return results;
    }

    private static <K, V> void collect(Deque<Map.Entry<K, CompletableFuture<V>>> underWay, Map<K, V> results) {
        if (Context.current().isCancelled()) {
            throw Status.CANCELLED.withDescription("The caller has gone").asRuntimeException();
        }
        Map.Entry<K, CompletableFuture<V>> first = underWay.remove();
        try {
            results.put(first.getKey(), first.getValue().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.UNAVAILABLE
                    .withDescription("The coordinator is stopping")
                    .asRuntimeException();
        } catch (ExecutionException e) {
            Fatal.check(e);
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("A read failed", e.getCause());
        }
    }

    private static <K, V> V tried(K key, Function<? super K, ? extends V> read) {
        for (int left = TRIES - 1; ; left--) {
            try {
                return read.apply(key);
            } catch (StoreException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        onClose.run();
    }
}
