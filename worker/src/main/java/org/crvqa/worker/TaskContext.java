package org.crvqa.worker;

import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.task.v1.TaskProgress;

/** What a handler gets for one task. For the device thread only; no method blocks on a caller of the service. */
public interface TaskContext {
    /** Where inputs are read. */
    ArtifactRepository artifacts();

    /** Where the files of the result are written. Committed and closed by the runner. */
    ArtifactDraft draft();

    /** Where the task is. May be called every step; thinned out for subscribers. */
    void progress(TaskProgress progress);

    /** A named value at a step, such as a training loss or a validation score. */
    void metric(String name, long step, double value);

    /** To be called at least once a step. @throws java.util.concurrent.CancellationException when the task must stop */
    void checkCancelled();
}
