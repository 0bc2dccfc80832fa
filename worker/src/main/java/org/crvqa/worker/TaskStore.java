package org.crvqa.worker;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.artifacts.store.StoredObject;
import org.jboss.logging.Logger;

/**
 * The store as one task sees it. Each call runs on a thread of its own, and the caller waits for it only as long as the task
 * may go on: once the task must stop, the call is interrupted and left to itself, and the caller gets a
 * {@link CancellationException}, so that no store can keep a slot that was told to become free. Removals are done all the
 * same, without anybody waiting. Thread-safe.
 */
final class TaskStore implements ObjectStore {
    private static final Logger LOG = Logger.getLogger(TaskStore.class);
    private static final long LOOK_MILLIS = 100;

    private final ObjectStore store;
    private final RunningTask task;
    private final ExecutorService calls;
    private final StoreWait wait;
    private final Thread worker = Thread.currentThread();

    /**
     * To be made by the thread that does the task's work: only its waiting is a sign of work.
     *
     * @param store stays the caller's to close
     * @param calls threads for the calls, as many as are wanted at once
     */
    TaskStore(ObjectStore store, RunningTask task, ExecutorService calls, StoreWait wait) {
        this.store = store;
        this.task = task;
        this.calls = calls;
        this.wait = wait;
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) {
        return call(() -> store.createIfAbsent(name, content));
    }

    @Override
    public void put(String name, byte[] content) {
        call(() -> {
            store.put(name, content);
            return true;
        });
    }

    @Override
    public void upload(String name, Path source) {
        call(() -> {
            store.upload(name, source);
            return true;
        });
    }

    @Override
    public Optional<byte[]> read(String name, long mostBytes) {
        return call(() -> store.read(name, mostBytes));
    }

    @Override
    public boolean download(String name, Path target) {
        return call(() -> store.download(name, target), wait.begin(target));
    }

    @Override
    public boolean exists(String name) {
        return call(() -> store.exists(name));
    }

    @Override
    public void visit(String prefix, String after, Predicate<StoredObject> visitor) {
        call(() -> {
            store.visit(prefix, after, object -> !task.mustStop() && visitor.test(object));
            return true;
        });
    }

    @Override
    public void delete(String name) {
        remove(name, () -> store.delete(name));
    }

    @Override
    public void deleteAll(Collection<String> names) {
        remove(names.size() + " objects", () -> store.deleteAll(names));
    }

    private void remove(String what, Runnable action) {
        Future<Boolean> removal = calls.submit(() -> {
            try {
                action.run();
            } catch (StoreException e) {
                if (!task.mustStop()) {
                    throw e;
                }
                LOG.warnf("%s: %s stays: %s", task, what, e.getMessage());
            }
            return true;
        });
        try {
            await(removal, wait.begin());
        } catch (CancellationException e) {
            LOG.debugf("%s: nobody waits for the removal of %s", task, what);
        }
    }

    @Override
    public Optional<Path> localFile(String name) {
        return call(() -> store.localFile(name));
    }

    @Override
    public List<StoredObject> unfinishedUploads() {
        return call(store::unfinishedUploads);
    }

    @Override
    public void dropUpload(StoredObject upload) {
        call(() -> {
            store.dropUpload(upload);
            return true;
        });
    }

    @Override
    public Instant storeTime() {
        return call(store::storeTime);
    }

    @Override
    public String location() {
        return store.location();
    }

    /** Nothing: the store is not this view's to close. */
    @Override
    public void close() {}

    private <T> T call(Supplier<T> action) {
        return call(action, wait.begin());
    }

    private <T> T call(Supplier<T> action, BooleanSupplier counts) {
        if (task.mustStop()) {
            throw new CancellationException(task + " must stop");
        }
        Future<T> running = calls.submit(action::get);
        try {
            return await(running, counts);
        } catch (CancellationException e) {
            running.cancel(true);
            throw e;
        }
    }

    /** @throws CancellationException when the task must stop, or the caller was interrupted; the call goes on then */
    private <T> T await(Future<T> running, BooleanSupplier counts) {
        while (true) {
            try {
                return running.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (task.mustStop()) {
                    throw new CancellationException(task + " must stop and waits for the store no more");
                }
                if (Thread.currentThread() == worker && counts.getAsBoolean()) {
                    task.sign();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException(task + " was interrupted while it waited for the store");
            } catch (ExecutionException e) {
                throw rethrown(e.getCause());
            }
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }
}
