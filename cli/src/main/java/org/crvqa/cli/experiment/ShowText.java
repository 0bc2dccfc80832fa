package org.crvqa.cli.experiment;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.experiment.v1.ModelChoice;

/** What an experiment is and which artifacts its rows stand for. */
public final class ShowText {
    private ShowText() {}

    /** Lines of text. */
    public static List<String> lines(ExperimentStatus status, Report report, ZoneId zone, boolean color) {
        List<String> lines = new ArrayList<>();
        lines.add(status.getId() + ": " + Words.of(status.getState()) + ", submitted "
                + Words.date(status.getSubmitted(), zone));
        if (!status.getSettings().getNote().isEmpty()) {
            lines.add("  note: " + status.getSettings().getNote());
        }
        status.getSettings().getLabelsMap().forEach((name, value) -> lines.add("  label " + name + "=" + value));
        lines.add("  dataset " + status.getExperiment().getDataset() + ", protocol "
                + report.getProtocol().name().replace("PROTOCOL_", "").toLowerCase(Locale.ROOT));
        lines.add("  models "
                + String.join(
                        ", ",
                        status.getExperiment().getModelsList().stream()
                                .map(ModelChoice::getName)
                                .toList()));
        lines.add("");
        lines.addAll(evaluations(report).lines(color));
        if (report.getRunScoresOmitted()) {
            lines.add("The report is too large to name its artifacts; 'crvqa tasks " + status.getId()
                    + " --kind evaluate' lists them.");
        }
        lines.addAll(MissingText.lines(report, status.getExperiment().getModelsCount() > 1, color));
        return lines;
    }

    /** Row by row and seed by seed the key of the evaluation. */
    private static Table evaluations(Report report) {
        Table table = Table.of(List.of("Row", ">Seed", "Evaluation"));
        for (ReportRow row : report.getRowsList()) {
            Map<String, String> keys = new LinkedHashMap<>();
            for (ReportCell cell : row.getCellsList()) {
                for (RunScore run : cell.getRunsList()) {
                    keys.putIfAbsent(run.getKey(), seeds(run));
                }
            }
            if (keys.isEmpty()) {
                table.row(List.of(row.getName(), "", "none yet"));
            }
            keys.forEach((key, seed) -> table.row(List.of(row.getName(), seed, key)));
        }
        return table;
    }

    /** One where all stages have the same, else those of stages 1, 2 and 3. */
    private static String seeds(RunScore run) {
        String first = Long.toUnsignedString(run.getSeed());
        String all = first
                + (run.hasStage2Seed() ? "/" + Long.toUnsignedString(run.getStage2Seed()) : "")
                + (run.hasStage3Seed() ? "/" + Long.toUnsignedString(run.getStage3Seed()) : "");
        boolean same = (!run.hasStage2Seed() || run.getStage2Seed() == run.getSeed())
                && (!run.hasStage3Seed() || run.getStage3Seed() == run.getSeed());
        return same ? first : all;
    }
}
