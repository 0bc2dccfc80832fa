package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;

/** A report as a table: accuracy in %, mean ± sample standard deviation over the seeds. */
public final class ReportText {
    private ReportText() {}

    /**
     * The lines to print: the overall accuracies first, then those by answer type, so that neither table is wider than a
     * terminal, and the report's notes.
     */
    public static List<String> lines(Report report, boolean color) {
        IntPredicate overall = column -> report.getColumns(column).endsWith("/all");
        List<String> lines = new ArrayList<>(table(report, overall, true, color).lines(color));
        if (IntStream.range(0, report.getColumnsCount()).anyMatch(overall.negate())) {
            lines.add("");
            lines.addAll(table(report, overall.negate(), false, color).lines(color));
        }
        lines.add("");
        lines.add("Accuracy in %, mean ± sample standard deviation over " + seeds(report) + ".");
        report.getNotesList().forEach(note -> lines.add("Note: " + note));
        if (!report.getComplete()) {
            lines.add(Style.WARNING.apply("Incomplete: cells with a fraction lack runs.", color));
        }
        return lines;
    }

    private static Table table(Report report, IntPredicate shown, boolean withZeros, boolean color) {
        boolean severalModels = report.getRowsList().stream()
                        .map(ReportRow::getModel)
                        .distinct()
                        .count()
                > 1;
        List<Integer> columns = IntStream.range(0, report.getColumnsCount())
                .filter(shown)
                .boxed()
                .toList();
        List<String> titles = new ArrayList<>();
        if (severalModels) {
            titles.add("Model");
        }
        titles.add("Subnetwork");
        if (withZeros) {
            titles.add(">Zeros %");
        }
        columns.forEach(column -> titles.add(">" + report.getColumns(column)));
        Table table = Table.of(titles);
        for (ReportRow row : report.getRowsList()) {
            List<String> cells = new ArrayList<>();
            if (severalModels) {
                cells.add(row.getModel());
            }
            cells.add(row.getName());
            if (withZeros) {
                cells.add(row.hasZeros() ? percent(row.getZeros()) : "");
            }
            columns.forEach(column -> cells.add(cell(row.getCells(column), color)));
            table.row(cells);
        }
        return table;
    }

    /** "56.2 ± 0.5"; with the runs that it has where some are missing: "56.2 (1/2)". */
    static String cell(ReportCell cell, boolean color) {
        StringBuilder text = new StringBuilder(cell.hasMean() ? percent(cell.getMean()) : "–");
        if (cell.hasStd()) {
            text.append(" ± ").append(percent(cell.getStd()));
        }
        if (cell.getRunsCount() == cell.getExpectedRuns()) {
            return text.toString();
        }
        text.append(" (")
                .append(cell.getRunsCount())
                .append('/')
                .append(cell.getExpectedRuns())
                .append(')');
        return Style.WARNING.apply(text.toString(), color);
    }

    /** "70.0" for 0.7. */
    public static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f", 100 * fraction);
    }

    private static String seeds(Report report) {
        int most = report.getRowsList().stream()
                .flatMap(row -> row.getCellsList().stream())
                .mapToInt(ReportCell::getExpectedRuns)
                .max()
                .orElse(0);
        return most == 1 ? "1 seed" : most + " seeds";
    }
}
