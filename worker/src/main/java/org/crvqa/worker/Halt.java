package org.crvqa.worker;

import java.util.Map;
import org.crvqa.task.v1.TaskAssignment;
import org.jboss.logging.Logger;

/** Ends this process in the middle of a task, as SIGKILL would, where an assignment asks for it and the worker allows it. */
final class Halt {
    private static final Logger LOG = Logger.getLogger(Halt.class);

    /** 128 + SIGKILL, as shells and Kubernetes show it. */
    private static final int KILLED = 137;

    private final boolean allowed;
    private final Runnable end;

    private Halt(boolean allowed, Runnable end) {
        this.allowed = allowed;
        this.end = end;
    }

    /** Halts the JVM: no shutdown hooks, nothing is flushed. */
    static Halt ofProcess(boolean allowed) {
        return new Halt(allowed, () -> Runtime.getRuntime().halt(KILLED));
    }

    /** For tests. */
    static Halt to(Runnable end) {
        return new Halt(true, end);
    }

    /** @throws Refusal when the assignment asks for what is not allowed here */
    void check(TaskAssignment assignment) {
        if (assignment.getHaltAfterSteps() > 0 && !allowed) {
            throw new Refusal(
                    Refusal.Reason.HALT_NOT_ALLOWED,
                    "This worker does not end itself for a test of resuming; start it with CRVQA_ALLOW_HALT=true",
                    Map.of("setting", "CRVQA_ALLOW_HALT"));
        }
    }

    void reached(RunningTask task, long stepsDone) {
        long after = task.assignment().getHaltAfterSteps();
        if (after > 0 && stepsDone >= after) {
            LOG.warnf("%s: halting after step %d, as the assignment says", task, stepsDone);
            end.run();
        }
    }
}
