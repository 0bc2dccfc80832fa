package org.crvqa.study.plan;

import java.util.List;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.TaskSpec;

/**
 * A task of a plan.
 *
 * @param label for people: "stage 1 lmh, tiny, seed 0"
 * @param dependsOn tasks of the same plan whose artifacts this one reads
 * @param usedByRuns runs of the matrix that need it
 */
public record PlanTask(
        ArtifactKey key, TaskKind kind, TaskSpec spec, String label, List<ArtifactKey> dependsOn, int usedByRuns) {
    public PlanTask {
        dependsOn = List.copyOf(dependsOn);
    }

    /** The stage of the study that it belongs to. */
    public WorkKind stage() {
        return switch (kind) {
            case TASK_KIND_TRAIN ->
                spec.getTrain().hasSubnetwork() ? WorkKind.WORK_KIND_STAGE3 : WorkKind.WORK_KIND_STAGE1;
            case TASK_KIND_PRUNE -> WorkKind.WORK_KIND_STAGE2;
            case TASK_KIND_EVALUATE -> WorkKind.WORK_KIND_EVALUATE;
            case TASK_KIND_UNSPECIFIED, UNRECOGNIZED -> WorkKind.WORK_KIND_UNSPECIFIED;
        };
    }
}
