package org.crvqa.cli.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.AccuracyMetric;
import org.crvqa.cli.experiment.MissingText;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.MissingRuns;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.study.statistics.Estimate;

/** What a table of a paper shows, whatever it is written in: a line for each row, cells with the best of their kind. */
final class PaperTable {
    private final UnitedReport report;
    private final Findings findings;
    private final List<String> columns;
    private final Set<Place> best;

    PaperTable(UnitedReport report, Findings findings) {
        this.report = report;
        this.findings = findings;
        // Upper bounds are those of the data set, the same for every row.
        this.columns = report.report().getColumnsList().stream()
                .filter(column -> !column.endsWith("/" + AccuracyMetric.UPPER_BOUND))
                .toList();
        this.best = best();
    }

    /**
     * A cell.
     *
     * @param mean in %; where there is none, why
     * @param std in %
     * @param runs "2/3" where runs are missing
     * @param interval in %
     * @param best whether no comparable row has a higher mean
     */
    record Cell(String mean, Optional<String> std, Optional<String> runs, Optional<String> interval, boolean best) {}

    List<String> columns() {
        return columns;
    }

    int rows() {
        return report.report().getRowsCount();
    }

    /** How many runs the row's cells have. */
    String runs(int row) {
        int expected = columns.stream()
                .mapToInt(column -> Numbers.cell(report, row, column).getExpectedRuns())
                .max()
                .orElse(0);
        int scored = columns.stream()
                .mapToInt(column -> Numbers.scored(Numbers.cell(report, row, column)))
                .max()
                .orElse(0);
        return scored == expected ? String.valueOf(expected) : scored + "/" + expected;
    }

    Cell cell(int row, String column) {
        ReportCell cell = Numbers.cell(report, row, column);
        if (!cell.hasMean()) {
            return new Cell(reason(row, cell), Optional.empty(), Optional.empty(), Optional.empty(), false);
        }
        int scored = Numbers.scored(cell);
        return new Cell(
                Numbers.percent(cell.getMean()),
                cell.hasStd() ? Optional.of(Numbers.percent(cell.getStd())) : Optional.empty(),
                scored == cell.getExpectedRuns()
                        ? Optional.empty()
                        : Optional.of(scored + "/" + cell.getExpectedRuns()),
                findings.interval(row, column).map((Estimate estimate) -> Numbers.interval(estimate)),
                best.contains(new Place(row, column)));
    }

    private String reason(int row, ReportCell cell) {
        if (cell.getExpectedRuns() == 0) {
            return "";
        }
        ReportRow of = report.report().getRows(row);
        return of.getMissingCount() == 0
                ? "–"
                : MissingText.word(of.getMissing(0).getState());
    }

    /**
     * The best of the rows that can be compared: those of one experiment and model with the same sparsity, dense models
     * apart, that have all their runs. Where only one has, none is marked.
     */
    private Set<Place> best() {
        Set<Place> found = new HashSet<>();
        for (String column : columns) {
            Map<List<Object>, List<Integer>> groups = new LinkedHashMap<>();
            for (int row = 0; row < rows(); row++) {
                ReportCell cell = Numbers.cell(report, row, column);
                if (cell.hasMean() && Numbers.scored(cell) == cell.getExpectedRuns()) {
                    groups.computeIfAbsent(kind(row), kind -> new ArrayList<>()).add(row);
                }
            }
            groups.values().stream().filter(rows -> rows.size() > 1).forEach(rows -> {
                double most = rows.stream()
                        .mapToDouble(row -> Numbers.cell(report, row, column).getMean())
                        .max()
                        .orElseThrow();
                rows.stream()
                        .filter(row -> Numbers.percent(
                                        Numbers.cell(report, row, column).getMean())
                                .equals(Numbers.percent(most)))
                        .forEach(row -> found.add(new Place(row, column)));
            });
        }
        return found;
    }

    private List<Object> kind(int row) {
        ReportRow of = report.report().getRows(row);
        return List.of(
                report.part(row).getExperimentId(),
                of.getModel(),
                of.getMethod().isEmpty(),
                // Rates of their own by modality are comparable with one rate that leaves as much.
                of.hasSparsity() ? of.getSparsity() : Math.round(of.getZeros() * 100) / 100.0);
    }

    /** Sentences below the table. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("Accuracy in %, mean ± sample standard deviation over n runs. Bold: best of the rows of one model and"
                + " sparsity.");
        if (!findings.intervals().isEmpty()) {
            notes.add(FindingsText.INTERVALS);
        }
        for (int row = 0; row < rows(); row++) {
            for (MissingRuns why : report.report().getRows(row).getMissingList()) {
                notes.add(report.label(row) + ": " + why.getRuns() + (why.getRuns() == 1 ? " run " : " runs ")
                        + MissingText.reason(why));
            }
        }
        notes.addAll(report.report().getNotesList());
        notes.addAll(findings.notes());
        return notes;
    }
}
