package org.crvqa.cli;

/** Runs something when Ctrl-C or SIGTERM ends the JVM, which does not unwind its threads. Nothing after close. */
final class OnInterrupt implements AutoCloseable {
    private final Thread hook;

    OnInterrupt(Runnable action) {
        hook = new Thread(action, "on-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook with it.
        }
    }
}
