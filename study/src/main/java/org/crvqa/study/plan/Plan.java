package org.crvqa.study.plan;

import java.util.List;
import java.util.OptionalInt;
import org.crvqa.artifacts.AlgorithmVersion;

/**
 * The graph of tasks of an experiment.
 *
 * @param tasks each once; inputs come before what reads them
 * @param runs cell by cell, the seeds of a cell together
 * @param tasksUnshared tasks that the runs would need if none shared any
 */
public record Plan(List<PlanTask> tasks, List<Run> runs, int tasksUnshared) {
    public Plan {
        tasks = List.copyOf(tasks);
        runs = List.copyOf(runs);
    }

    /** The version of the algorithm of a task that no worker of this release takes, when there is one. */
    public OptionalInt otherVersion() {
        return tasks.stream()
                .mapToInt(task -> task.spec().getAlgorithmVersion())
                .filter(version -> version != AlgorithmVersion.CURRENT)
                .findFirst();
    }
}
