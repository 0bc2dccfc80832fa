package org.crvqa.study.threads;

import org.jboss.logging.Logger;

/**
 * What ends the process at once. After an exhausted memory or a broken virtual machine no thread's state can be trusted,
 * and a process that lives on without one of its threads looks healthy while it does nothing. What it knew is in the
 * store, and whoever keeps it running starts another one.
 */
public final class Fatal {
    /** The status of the process; the same as that of a JVM that exits on exhausted memory by itself. */
    public static final int STATUS = 3;

    private static final Logger LOG = Logger.getLogger(Fatal.class);

    private Fatal() {}

    /** Does not return when {@code error}, or what caused it, is fatal. */
    public static void check(Throwable error) {
        if (isFatal(error)) {
            halt(error);
        }
    }

    /** A stack that overflowed is the input's fault, and is given back with the call. */
    static boolean isFatal(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
                return true;
            }
        }
        return false;
    }

    private static void halt(Throwable error) {
        try {
            LOG.fatalf(error, "The process ends with status %d", STATUS);
        } finally {
            // No shutdown hooks: they may need the memory that there is not.
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
