package org.crvqa.worker;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when a thread has run out of memory: one that goes on without a thread that it needs looks alive and does
 * nothing. An exhausted heap ends the JVM by itself ({@code -XX:+CrashOnOutOfMemoryError} where services are started); this is
 * for the rest, such as threads that cannot be made and memory outside the heap.
 */
final class OutOfMemory implements Thread.UncaughtExceptionHandler {
    /** The exit status, as of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int STATUS = 3;

    private static final Logger LOG = Logger.getLogger(OutOfMemory.class);
    private static final int MAX_DEPTH = 20;

    private final Thread.@Nullable UncaughtExceptionHandler others;
    private final Consumer<String> lastWords;
    private final IntConsumer halt;

    OutOfMemory(Thread.@Nullable UncaughtExceptionHandler others, Consumer<String> lastWords, IntConsumer halt) {
        this.others = others;
        this.lastWords = lastWords;
        this.halt = halt;
    }

    /** From now on. {@code lastWords} gets the reason before the process ends with {@link #STATUS}. */
    static void endsProcess(Consumer<String> lastWords) {
        Thread.setDefaultUncaughtExceptionHandler(new OutOfMemory(
                Thread.getDefaultUncaughtExceptionHandler(),
                lastWords,
                status -> Runtime.getRuntime().halt(status)));
    }

    /** For tasks of schedulers and pools, which keep errors to themselves: an error goes to the thread's handler first. */
    static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Error e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
                throw e;
            }
        };
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        boolean memory = Stream.iterate(thrown, e -> e != null, Throwable::getCause)
                .limit(MAX_DEPTH)
                .anyMatch(OutOfMemoryError.class::isInstance);
        if (memory) {
            try {
                String reason = "thread " + thread.getName() + ": " + thrown;
                LOG.errorf(thrown, "Out of memory, the process ends with status %d: %s", STATUS, reason);
                lastWords.accept(reason);
            } finally {
                halt.accept(STATUS);
            }
        } else if (others != null) {
            others.uncaughtException(thread, thrown);
        } else {
            LOG.errorf(thrown, "Thread %s ended", thread.getName());
        }
    }
}
