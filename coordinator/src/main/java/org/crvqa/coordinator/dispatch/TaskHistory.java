package org.crvqa.coordinator.dispatch;

import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskFailure;

/**
 * What the store says of a task.
 *
 * @param manifest of its artifact, when it is done
 * @param attempts claimed so far
 * @param charged how many of them count against the task
 * @param failure the latest
 * @param quarantined no further attempt is made
 */
public record TaskHistory(
        Optional<Manifest> manifest, int attempts, int charged, Optional<TaskFailure> failure, boolean quarantined) {
    /** Nothing happened yet. */
    public static final TaskHistory NONE = new TaskHistory(Optional.empty(), 0, 0, Optional.empty(), false);

    static TaskHistory done(Manifest manifest) {
        return new TaskHistory(Optional.of(manifest), 0, 0, Optional.empty(), false);
    }
}
