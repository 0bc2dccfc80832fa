package org.crvqa.artifacts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who uses what in a cache folder that processes share: each use is a shared lock on one byte of the file
 * {@code locks}, which ends with the process, however it ends. One instance for a folder in a process, because closing
 * any channel of a file gives up all the process's locks on it. Where the file system has no locks, nothing can be had
 * alone, so that nothing is removed. Thread-safe.
 */
final class CacheLocks {
    private static final Map<Path, CacheLocks> OPEN = new HashMap<>();

    private final FileChannel file;
    private final Map<Long, Use> uses = new HashMap<>();
    private final long process = position(UUID.randomUUID().toString().replace("-", ""));

    private static final class Use {
        private final @Nullable FileLock lock;
        private int count = 1;

        Use(@Nullable FileLock lock) {
            this.lock = lock;
        }
    }

    private CacheLocks(Path path) throws IOException {
        this.file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        hold(process);
    }

    /** The locks of this process in a folder, which exists. Never closed. */
    static CacheLocks of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        synchronized (OPEN) {
            CacheLocks known = OPEN.get(real);
            if (known != null && Files.exists(real.resolve("locks"))) {
                return known;
            }
            CacheLocks opened = new CacheLocks(real.resolve("locks"));
            OPEN.put(real, opened);
            return opened;
        }
    }

    /** The place of a hexadecimal name of at least 15 digits. Two names may share one: then both are kept. */
    static long position(String hex) {
        return Long.parseLong(hex.substring(0, 15), 16);
    }

    /** The place that is held as long as this process lives. */
    long process() {
        return process;
    }

    /** Waits at most while another process removes what is there. */
    synchronized void hold(long position) {
        Use use = uses.get(position);
        if (use != null) {
            use.count++;
        } else {
            uses.put(position, new Use(shared(position)));
        }
    }

    private @Nullable FileLock shared(long position) {
        try {
            return file.lock(position, 1, true);
        } catch (IOException e) {
            // No locks here: no process can have the place alone either.
            return null;
        }
    }

    synchronized void release(long position) throws IOException {
        Use use = uses.get(position);
        if (use == null) {
            return;
        }
        use.count--;
        if (use.count == 0) {
            uses.remove(position);
            if (use.lock != null) {
                use.lock.release();
            }
        }
    }

    /** Runs the task when no process uses the place, and keeps others from it meanwhile. Says whether it ran. */
    synchronized boolean alone(long position, Removal task) throws IOException {
        if (uses.containsKey(position)) {
            return false;
        }
        try (FileLock lock = exclusive(position)) {
            if (lock == null) {
                return false;
            }
            task.run();
            return true;
        }
    }

    private @Nullable FileLock exclusive(long position) {
        try {
            return file.tryLock(position, 1, false);
        } catch (IOException e) {
            return null;
        }
    }

    @FunctionalInterface
    interface Removal {
        void run() throws IOException;
    }
}
