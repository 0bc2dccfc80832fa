package org.crvqa.study.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.task.v1.TaskSpec;

/** Collects tasks by key, so that what two runs need is planned once. */
final class PlanBuilder {
    private final Map<ArtifactKey, PlanTask> tasks = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();
    private int tasksUnshared;

    /** Adds a task on behalf of no run yet; the first label stays. */
    ArtifactKey add(TaskKind kind, TaskSpec spec, String label, List<ArtifactKey> dependsOn) {
        ArtifactKey key = ArtifactKey.of(spec);
        tasks.putIfAbsent(key, new PlanTask(key, kind, spec, label, dependsOn, 0));
        return key;
    }

    /** Adds a run that needs these tasks, the last of which scores it. */
    void run(Cell cell, Seeds seeds, List<ArtifactKey> needed) {
        for (ArtifactKey key : needed) {
            tasks.computeIfPresent(
                    key,
                    (same, task) -> new PlanTask(
                            key, task.kind(), task.spec(), task.label(), task.dependsOn(), task.usedByRuns() + 1));
        }
        tasksUnshared += needed.size();
        runs.add(new Run(cell, cell.name(), seeds, needed.get(needed.size() - 1)));
    }

    Plan build() {
        return new Plan(List.copyOf(tasks.values()), runs, tasksUnshared);
    }
}
