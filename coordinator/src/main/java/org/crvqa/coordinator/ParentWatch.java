package org.crvqa.coordinator;

import org.jboss.logging.Logger;

/** Ends this process when another one ends, so that a local cluster leaves no orphans behind. */
final class ParentWatch {
    private static final Logger LOG = Logger.getLogger(ParentWatch.class);

    private ParentWatch() {}

    /** Runs {@code onEnd} once, when the process with this id has ended; at once when there is none. */
    static void start(long pid, Runnable onEnd) {
        Runnable ended = () -> {
            LOG.infof("There is no process %d (CRVQA_PARENT_PID) any more: stopping", pid);
            onEnd.run();
        };
        ProcessHandle.of(pid).ifPresentOrElse(parent -> parent.onExit().thenRun(ended), ended);
    }
}
