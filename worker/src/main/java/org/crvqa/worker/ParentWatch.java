package org.crvqa.worker;

import org.jboss.logging.Logger;

/** Ends this process when another one ends, so that a local cluster leaves no orphans behind. */
final class ParentWatch {
    private static final Logger LOG = Logger.getLogger(ParentWatch.class);

    private ParentWatch() {}

    /** Runs {@code onEnd} once, when the process with this id has ended; at once when there is none. */
    @SuppressWarnings("FutureReturnValueIgnored") // onEnd's failure has nobody to be told to.
    static void start(long pid, Runnable onEnd) {
        ProcessHandle.of(pid)
                .ifPresentOrElse(
                        parent -> parent.onExit().thenRun(() -> {
                            LOG.infof("Process %d (CRVQA_PARENT_PID) has ended: stopping", pid);
                            onEnd.run();
                        }),
                        () -> {
                            LOG.warnf("There is no process %d (CRVQA_PARENT_PID): stopping", pid);
                            onEnd.run();
                        });
    }
}
