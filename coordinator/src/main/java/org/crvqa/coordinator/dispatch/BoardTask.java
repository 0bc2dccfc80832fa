package org.crvqa.coordinator.dispatch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.TaskSpec;

/**
 * What a plan says of a task, as the board keeps it of hundreds of thousands. Which tasks it reads is in {@link
 * Task#inputs}.
 *
 * @param algorithmVersion as in its spec
 */
record BoardTask(
        ArtifactKey key, TaskKind kind, WorkKind stage, String label, int algorithmVersion, SpecPacker.Packed packed) {
    /**
     * Of all tasks of a plan, in their order: made by whoever brings the plan, since it takes a while.
     *
     * @throws IllegalArgumentException when the plan cannot be carried out: then nobody has been disturbed by it
     */
    static List<BoardTask> of(Plan plan) {
        check(plan.tasks());
        try (SpecPacker packer = new SpecPacker()) {
            return plan.tasks().stream().map(task -> of(task, packer)).toList();
        }
    }

    private static void check(List<PlanTask> planned) {
        Set<ArtifactKey> before = new HashSet<>();
        for (PlanTask task : planned) {
            if (!before.containsAll(task.dependsOn())) {
                throw new IllegalArgumentException(
                        task.label() + " (" + task.key() + ") reads what no task before it in its plan makes");
            }
            if (!before.add(task.key())) {
                throw new IllegalArgumentException(task.label() + " (" + task.key() + ") is in its plan twice");
            }
        }
    }

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
