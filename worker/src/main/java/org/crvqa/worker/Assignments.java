package org.crvqa.worker;

import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskSpec;

/** What can be said about an assignment without reading its inputs. */
final class Assignments {
    private Assignments() {}

    /** The key of the task. @throws Refusal when the assignment is not one that {@code handler} takes */
    static ArtifactKey check(TaskAssignment assignment, WorkHandler handler) {
        ArtifactKey given = key("assignment.key", assignment.getKey());
        TaskSpec spec = assignment.getSpec();
        TaskSpec.WorkCase work = handler.work();
        TaskSpec.WorkCase found = spec.getWorkCase();
        if (found != work) {
            throw Refusal.invalid(
                    "assignment.spec",
                    "This service takes " + work + " specs, found " + found
                            + "; send the task to the service of its kind");
        }
        if (spec.getAlgorithmVersion() != handler.algorithmVersion()) {
            throw Refusal.algorithmVersion(handler.algorithmVersion(), spec.getAlgorithmVersion());
        }
        if (assignment.getAttempt() < 1) {
            throw Refusal.invalid("assignment.attempt", "Attempts count from 1, found " + assignment.getAttempt());
        }
        ArtifactKey computed = ArtifactKey.of(spec);
        if (!computed.equals(given)) {
            throw Refusal.invalid(
                    "assignment.key",
                    "The spec's key is " + computed + ", found " + given
                            + "; the caller may be of another version: compute the key from the spec as this one does");
        }
        return computed;
    }

    /** A key in a request. @throws Refusal when it is malformed */
    static ArtifactKey key(String field, String hex) {
        try {
            return new ArtifactKey(hex);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(field, e.getMessage());
        }
    }
}
