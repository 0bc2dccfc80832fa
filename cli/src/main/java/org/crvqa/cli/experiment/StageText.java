package org.crvqa.cli.experiment;

import java.util.List;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.StageCounts;
import org.crvqa.coordinator.v1.TaskCounts;

/** How many tasks are in which state: a line for each stage, and one for all. */
public final class StageText {
    private StageText() {}

    /** The lines to print; none where the coordinator has not counted, as those of earlier releases. */
    public static List<String> lines(ExperimentStatus experiment, boolean color) {
        if (!experiment.hasCounts()) {
            return List.of();
        }
        Table table = Table.of(List.of("Stage", ">Planned", ">Ready", ">Running", ">Done", ">Failed", ">Cancelled"));
        for (StageCounts stage : experiment.getStagesList()) {
            table.row(row(Words.of(stage.getStage()), stage.getCounts()));
        }
        table.row(row("all", experiment.getCounts()));
        return table.lines(color);
    }

    private static List<String> row(String name, TaskCounts counts) {
        return List.of(
                name,
                Integer.toString(counts.getPlanned()),
                Integer.toString(counts.getReady()),
                Integer.toString(counts.getRunning()),
                Integer.toString(counts.getDone()),
                Integer.toString(counts.getFailed()),
                Integer.toString(counts.getCancelled()));
    }
}
