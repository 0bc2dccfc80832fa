package org.crvqa.coordinator.plan;

import java.util.List;

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
}
