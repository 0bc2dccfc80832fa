package org.crvqa.vqa.train;

import org.crvqa.task.v1.TaskProgress;

/** What a running task tells, and how it learns that it must stop. Called from the device thread; must not block. */
public interface TaskObserver {
    /** Where the task is. Called often; the receiver thins it out. */
    void progress(TaskProgress progress);

    /** A named value at a step, such as a training loss or a validation score. */
    void metric(String name, long step, double value);

    /** @throws java.util.concurrent.CancellationException when the task must stop; called at least once a step */
    void checkCancelled();
}
