package org.crvqa.worker;

import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.TaskObserver;

/** What a handler gets for one task. For the device thread only. */
public interface TaskContext extends TaskObserver {
    /** Where inputs are read. */
    ArtifactRepository artifacts();

    /** Where the files of the result are written. Committed and closed by the runner. */
    ArtifactDraft draft();
}
