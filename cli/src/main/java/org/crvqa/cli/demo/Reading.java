package org.crvqa.cli.demo;

import java.util.Optional;
import java.util.function.Predicate;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;

/**
 * What the demonstration's report says in a sentence: whether the debiased sparse subnetwork answers better out of
 * distribution than the dense model that was trained with the ordinary loss. Computed from the numbers, either way.
 */
public final class Reading {
    private static final String OUT_OF_DISTRIBUTION = "test/all";

    private Reading() {}

    /** The sentences; empty when the report lacks one of the rows or its scores. */
    public static Optional<String> of(Report report) {
        int column = report.getColumnsList().indexOf(OUT_OF_DISTRIBUTION);
        if (column < 0) {
            return Optional.empty();
        }
        Optional<Score> dense = find(
                report,
                column,
                row -> row.getMethod().isEmpty()
                        && row.getStage1Loss().equals("bce")
                        && row.getStage3Loss().isEmpty());
        Optional<Score> sparse = find(
                report,
                column,
                row -> row.getMethod().equals("mask_training")
                        && row.getStage1Loss().equals("lmh")
                        && row.getStage2Loss().equals("lmh")
                        && row.getStage3Loss().isEmpty());
        Optional<Score> control = find(report, column, row -> row.getMethod().equals("head_only"));
        return dense.flatMap(d ->
                sparse.map(s -> compare(d, s) + control.map(c -> against(c, s)).orElse("")));
    }

    private record Score(ReportRow row, ReportCell cell) {
        String text() {
            String mean = ReportText.percent(cell.getMean()) + " %";
            return cell.hasStd() ? mean + " (± " + ReportText.percent(cell.getStd()) + ")" : mean;
        }

        String zeros() {
            return row.hasZeros()
                    ? "with " + ReportText.percent(row.getZeros()) + " % of the masked weights zero"
                    : "sparse";
        }
    }

    private static String compare(Score dense, Score sparse) {
        double gain = sparse.cell().getMean() - dense.cell().getMean();
        String verdict = gain > 0
                ? "beats the dense undebiased model (" + dense.row().getName() + ")"
                : "does not beat the dense undebiased model (" + dense.row().getName() + ")";
        return "Out of distribution, the debiased subnetwork (%s, %s) %s: %s against %s, a difference of %s points."
                .formatted(sparse.row().getName(), sparse.zeros(), verdict, sparse.text(), dense.text(), signed(gain));
    }

    private static String against(Score control, Score sparse) {
        double gain = sparse.cell().getMean() - control.cell().getMean();
        return " Training only the answer head on the magnitude mask reaches %s: trained masks add %s points."
                .formatted(control.text(), signed(gain));
    }

    private static String signed(double difference) {
        return (difference >= 0 ? "+" : "−") + ReportText.percent(Math.abs(difference));
    }

    private static Optional<Score> find(Report report, int column, Predicate<ReportRow> which) {
        return report.getRowsList().stream()
                .filter(which)
                .filter(row ->
                        row.getCellsCount() > column && row.getCells(column).hasMean())
                .map(row -> new Score(row, row.getCells(column)))
                .findFirst();
    }
}
