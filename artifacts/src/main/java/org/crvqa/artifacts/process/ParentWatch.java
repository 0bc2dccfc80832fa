package org.crvqa.artifacts.process;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Ends this process when another one ends, so that a local cluster leaves no orphans behind. A process that cannot be looked
 * at, as when this one has no file descriptors left, is not taken for one that has ended.
 */
public final class ParentWatch {
    private static final System.Logger LOG = System.getLogger(ParentWatch.class.getName());
    private static final Path PROCESSES = Path.of("/proc");

    private final long pid;
    private final LongFunction<Optional<ProcessHandle>> find;
    private final Executor later;
    private final Runnable onEnd;

    ParentWatch(long pid, LongFunction<Optional<ProcessHandle>> find, Executor later, Runnable onEnd) {
        this.pid = pid;
        this.find = find;
        this.later = later;
        this.onEnd = onEnd;
    }

    /** Runs {@code onEnd} once, when the process with this id has ended; at once when there is none. */
    public static void start(long pid, Runnable onEnd) {
        Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
        new ParentWatch(pid, ProcessHandle::of, later, onEnd).begin();
    }

    void begin() {
        Optional<ProcessHandle> parent = find.apply(pid);
        if (parent.isPresent()) {
            watch(parent.get());
        } else if (isListed()) {
            later.execute(this::begin);
        } else {
            end("There is no process " + pid + " (CRVQA_PARENT_PID): stopping");
        }
    }

    private void watch(ProcessHandle parent) {
        parent.onExit().thenRun(() -> look(parent));
    }

    /** Java takes a process for ended that it cannot read of, and tells those apart that follow each other under one id. */
    private void look(ProcessHandle parent) {
        Optional<ProcessHandle> found = find.apply(pid);
        if (found.isPresent() && found.get().equals(parent)) {
            later.execute(() -> watch(parent));
        } else if (found.isEmpty() && isListed()) {
            later.execute(() -> look(parent));
        } else {
            end("Process " + pid + " (CRVQA_PARENT_PID) has ended: stopping");
        }
    }

    /** Takes no file descriptor. */
    private boolean isListed() {
        return Files.exists(PROCESSES.resolve(Long.toString(pid)));
    }

    private void end(String why) {
        LOG.log(Level.INFO, why);
        onEnd.run();
    }
}
