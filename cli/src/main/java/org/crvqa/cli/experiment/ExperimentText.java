package org.crvqa.cli.experiment;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.ExperimentStatus;

/** Experiments as a table, a line each, and below it why some cannot be read. */
public final class ExperimentText {
    private ExperimentText() {}

    /** The lines to print; times in {@code zone}. */
    public static List<String> lines(List<ExperimentStatus> experiments, ZoneId zone, boolean color) {
        Table table = Table.of(List.of("Experiment", "State", ">Tasks", "Dataset", "Submitted"));
        for (ExperimentStatus status : experiments) {
            table.row(List.of(
                    status.getId(),
                    Words.style(status.getState()).apply(Words.of(status.getState()), color),
                    status.getTasksDone() + "/" + status.getTasksTotal(),
                    status.getExperiment().getDataset(),
                    status.hasSubmitted() ? Words.date(status.getSubmitted(), zone) : ""));
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        for (ExperimentStatus status : experiments) {
            if (!status.getProblem().isEmpty()) {
                lines.add("");
                lines.add(status.getId() + " is set aside: " + status.getProblem());
            }
        }
        return lines;
    }
}
