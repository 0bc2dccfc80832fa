package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.PlannedTask;

/** A plan as a table of tasks, two sentences about it, and the device time that it will take. */
public final class PlanText {
    private static final int KEY_DIGITS = 12;

    private PlanText() {}

    /** The lines to print. */
    public static List<String> lines(PlanExperimentResponse plan, boolean color) {
        List<String> lines = new ArrayList<>();
        if (!plan.getTasksOmitted()) {
            lines.addAll(tasks(plan, color));
            lines.add("");
        }
        // Coordinators of earlier releases send all tasks and count none.
        int total = Math.max(plan.getTasksTotal(), plan.getTasksCount());
        long done = plan.getTasksOmitted()
                ? plan.getTasksDone()
                : plan.getTasksList().stream().filter(PlannedTask::getDone).count();
        lines.add("Experiment %s: %d runs, %d tasks (%d without sharing)."
                .formatted(plan.getExperimentId(), plan.getRuns(), total, plan.getTasksUnshared()));
        lines.add("%d already in the store, %d to run.".formatted(done, total - done));
        if (plan.hasEstimate()) {
            lines.add("");
            lines.addAll(EstimateText.lines(plan.getEstimate(), color));
        }
        return lines;
    }

    private static List<String> tasks(PlanExperimentResponse plan, boolean color) {
        Table table = Table.of(List.of("Key", "Task", "What", "State", ">Runs"));
        for (PlannedTask task : plan.getTasksList()) {
            table.row(List.of(
                    task.getKey()
                            .substring(0, Math.min(KEY_DIGITS, task.getKey().length())),
                    Words.of(task.getKind()),
                    task.getLabel(),
                    task.getDone() ? Style.GOOD.apply("in the store", color) : "to run",
                    Integer.toString(task.getUsedByRuns())));
        }
        return table.lines(color);
    }
}
