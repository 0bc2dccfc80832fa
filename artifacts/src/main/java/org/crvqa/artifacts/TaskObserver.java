package org.crvqa.artifacts;

import org.crvqa.task.v1.TaskProgress;

/**
 * What a running task tells, and how it learns that it must stop. Whoever computes a task knows only this of whoever
 * runs it. Called from the thread that computes; no method blocks.
 */
public interface TaskObserver {
    /** Where the task is. May be called every step; the receiver thins it out. */
    void progress(TaskProgress progress);

    /** A named value at a step, such as a training loss or a validation score. */
    void metric(String name, long step, double value);

    /** To be called at least once a step. @throws java.util.concurrent.CancellationException when the task must stop */
    void checkCancelled();

    /** Where the task keeps resumable states. */
    default Checkpoints checkpoints() {
        return Checkpoints.NONE;
    }
}
