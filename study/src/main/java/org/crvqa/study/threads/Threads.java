package org.crvqa.study.threads;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** Threads in which nothing is lost silently. */
public final class Threads {
    private static final Logger LOG = Logger.getLogger(Threads.class);

    private Threads() {}

    /** Makes daemon threads of this name; what escapes them is logged, or ends the process where it is {@link Fatal}. */
    public static ThreadFactory named(String name) {
        return action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler(Threads::escaped);
            return thread;
        };
    }

    /** Runs {@code action} again and again, whatever it throws. */
    public static void every(ScheduledExecutorService scheduler, Duration interval, Runnable action) {
        var unused = scheduler.scheduleWithFixedDelay(
                () -> {
                    try {
                        action.run();
                    } catch (Throwable e) {
                        // A scheduled action that throws would never run again.
                        Fatal.check(e);
                        // Whoever shuts the scheduler down interrupts what it runs.
                        LOG.log(scheduler.isShutdown() ? Level.DEBUG : Level.ERROR, "A periodic action failed", e);
                    }
                },
                0,
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** What becomes of an error that nobody has caught. */
    public static void escaped(Thread thread, Throwable error) {
        Fatal.check(error);
        LOG.errorf(error, "Thread %s failed", thread.getName());
    }
}
