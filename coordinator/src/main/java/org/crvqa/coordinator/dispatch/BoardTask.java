package org.crvqa.coordinator.dispatch;

import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.plan.PlanTask;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.TaskSpec;

/**
 * What a plan says of a task, as the board keeps it of hundreds of thousands. Which tasks it reads is in {@link
 * Task#inputs}.
 *
 * @param algorithmVersion as in its spec
 */
record BoardTask(
        ArtifactKey key, TaskKind kind, WorkKind stage, String label, int algorithmVersion, SpecPacker.Packed packed) {
    static BoardTask of(PlanTask task, SpecPacker packer) {
        return new BoardTask(
                task.key(),
                task.kind(),
                task.stage(),
                task.label(),
                task.spec().getAlgorithmVersion(),
                packer.pack(task.kind(), task.spec()));
    }

    /** The spec, unpacked with every call. */
    TaskSpec spec() {
        return packed.spec();
    }
}
