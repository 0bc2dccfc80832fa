package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.WideTable;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.SubsetFamily;
import org.crvqa.coordinator.v1.VarianceDecomposition;

/** A report as tables: accuracy in %, mean ± sample standard deviation over the seeds. */
public final class ReportText {
    private static final String ALL = "/all";
    private static final String VARIANCE = "Variance between";
    private static final String UPPER_BOUND = "/upper_bound";

    private final UnitedReport united;
    private final Report report;
    /** Rows by identity: rows of several experiments may be equal. */
    private final Map<ReportRow, String> experiments = new IdentityHashMap<>();

    private final boolean color;
    private final int width;
    private final Set<String> subsets;
    private final Set<String> families;
    private final List<String> lines = new ArrayList<>();

    private ReportText(UnitedReport united, boolean color, int width) {
        this.united = united;
        this.report = united.report();
        for (int row = 0; row < report.getRowsCount(); row++) {
            experiments.put(report.getRows(row), united.part(row).getExperimentId());
        }
        for (int row = 0; row < report.getQuestionTypeRowsCount(); row++) {
            experiments.put(report.getQuestionTypeRows(row), united.part(row).getExperimentId());
        }
        this.color = color;
        this.width = width;
        this.subsets = report.getFamiliesList().stream()
                .flatMap(family -> family.getSubsetsList().stream())
                .collect(Collectors.toSet());
        this.families =
                report.getFamiliesList().stream().map(SubsetFamily::getName).collect(Collectors.toSet());
    }

    /**
     * The lines to print: the overall accuracies first, families of subsets among them, then the subsets, the accuracies
     * by answer type and, where the report has them, by question type; zeros of the masks, shares of the seeds' variance,
     * and the report's notes. No table is wider than {@code width} characters, unless its first columns and one of numbers
     * are.
     */
    public static List<String> lines(Report report, boolean color, int width) {
        return lines(UnitedReport.of(List.of(report)), color, width);
    }

    /** The same of several experiments in one table, each row with its experiment. */
    public static List<String> lines(UnitedReport report, boolean color, int width) {
        return new ReportText(report, color, width).lines();
    }

    private List<String> lines() {
        IntPredicate overall = column -> title(column).endsWith(ALL);
        IntPredicate subset = column -> overall.test(column) && subsets.contains(set(column));
        IntPredicate bound = column -> title(column).endsWith(UPPER_BOUND);
        WideTable first = keyed(report.getRowsList());
        first.column(
                "Zeros %",
                report.getRowsList().stream()
                        .map(row -> row.hasZeros() ? percent(row.getZeros()) : "")
                        .toList());
        add(scores(first, overall.and(subset.negate())));
        add(scores(keyed(report.getRowsList()), subset));
        add(scores(keyed(report.getRowsList()), overall.or(bound).negate()));
        questionTypes();
        add(zeros());
        add(variance());
        lines.add("");
        lines.add("Accuracy in %, mean ± sample standard deviation over " + seeds() + ".");
        upperBounds(bound);
        if (lines.stream().anyMatch(line -> line.contains(VARIANCE))) {
            lines.add(VARIANCE + " runs: the share of each stage's seed (crossed random effects, method of moments;"
                    + " negative estimates count as 0).");
        }
        report.getNotesList().forEach(note -> lines.add("Note: " + note));
        if (!report.getComplete()) {
            lines.add(Style.WARNING.apply("Incomplete: cells with a fraction lack runs.", color));
            united.parts().forEach(part -> lines.addAll(MissingText.lines(part, severalModels(), color)));
        }
        return lines;
    }

    private void add(WideTable table) {
        List<String> more = table.lines(color, width);
        if (!more.isEmpty() && !lines.isEmpty()) {
            lines.add("");
        }
        lines.addAll(more);
    }

    private WideTable keyed(List<ReportRow> rows) {
        return keyed(rows, "Subnetwork");
    }

    private WideTable keyed(List<ReportRow> rows, String title) {
        List<String> titles = new ArrayList<>(united.keyTitles());
        titles.set(titles.size() - 1, title);
        return new WideTable(titles, rows.stream().map(this::keys).toList());
    }

    private List<String> keys(ReportRow row) {
        List<String> keys = new ArrayList<>();
        if (united.severalExperiments()) {
            keys.add(Objects.requireNonNull(experiments.get(row)));
        }
        if (severalModels()) {
            keys.add(row.getModel());
        }
        keys.add(row.getName());
        return keys;
    }

    private boolean severalModels() {
        return united.severalModels();
    }

    private WideTable scores(WideTable table, IntPredicate shown) {
        IntStream.range(0, report.getColumnsCount())
                .filter(shown)
                .forEach(column -> table.column(
                        shortTitle(column),
                        report.getRowsList().stream()
                                .map(row -> cell(row, column, color))
                                .toList()));
        return table;
    }

    private String title(int column) {
        return report.getColumns(column);
    }

    private String set(int column) {
        return title(column).substring(0, title(column).indexOf('/'));
    }

    /** "qt" and "ood" for subsets and families, "test/all" for splits. */
    private String shortTitle(int column) {
        String set = set(column);
        return subsets.contains(set) || families.contains(set) ? set : title(column);
    }

    /** A row for every type: there are many types and few subnetworks. */
    private void questionTypes() {
        if (report.getQuestionTypeRowsCount() == 0 || report.getQuestionTypeColumnsCount() == 0) {
            return;
        }
        boolean counted = report.getQuestionTypeQuestionsCount() == report.getQuestionTypeColumnsCount()
                && report.getQuestionTypeQuestionsList().stream().anyMatch(questions -> questions > 0);
        List<List<String>> types = IntStream.range(0, report.getQuestionTypeColumnsCount())
                .mapToObj(type -> counted
                        ? List.of(report.getQuestionTypeColumns(type), questions(report.getQuestionTypeQuestions(type)))
                        : List.of(report.getQuestionTypeColumns(type)))
                .toList();
        WideTable table =
                new WideTable(counted ? List.of("Question type", ">Questions") : List.of("Question type"), types);
        for (ReportRow row : report.getQuestionTypeRowsList()) {
            table.column(
                    String.join(" ", keys(row)),
                    row.getCellsList().stream().map(cell -> cell(cell, color)).toList());
        }
        add(table);
    }

    private static String questions(long number) {
        return number == 0 ? "" : String.format(Locale.ROOT, "%,d", number);
    }

    /** What the stored masks hold. */
    private WideTable zeros() {
        List<ReportRow> rows = report.getRowsList().stream()
                .filter(row -> row.getModalityZerosCount() > 0)
                .toList();
        WideTable table = keyed(rows, "Zeros in % by modality");
        if (rows.isEmpty()) {
            return table;
        }
        Set<String> modalities = new LinkedHashSet<>(List.of("language", "vision", "fusion", "pooler"));
        rows.forEach(
                row -> modalities.addAll(new TreeSet<>(row.getModalityZerosMap().keySet())));
        modalities.stream()
                .filter(name -> rows.stream().anyMatch(row -> row.containsModalityZeros(name)))
                .forEach(name -> column(
                        table,
                        name,
                        rows,
                        row -> row.containsModalityZeros(name) ? percent(row.getModalityZerosOrThrow(name)) : ""));
        column(
                table,
                "parameters kept",
                rows,
                row -> row.hasKeptParameters()
                        ? String.format(Locale.ROOT, "%,d", Math.round(row.getKeptParameters()))
                        : "");
        return table;
    }

    private static void column(WideTable table, String title, List<ReportRow> rows, Function<ReportRow, String> cell) {
        table.column(title, rows.stream().map(cell).toList());
    }

    /** A cell of a column of overall scores whose seeds' shares are not trivial. */
    private record Share(ReportRow row, String title, VarianceDecomposition shares) {}

    private WideTable variance() {
        List<Share> found = new ArrayList<>();
        for (ReportRow row : report.getRowsList()) {
            IntStream.range(0, row.getCellsCount())
                    .filter(column -> title(column).endsWith(ALL) && !subsets.contains(set(column)))
                    .filter(column -> row.getCells(column).getVariance().hasResidual())
                    .forEach(column -> found.add(new Share(
                            row, shortTitle(column), row.getCells(column).getVariance())));
        }
        WideTable table = new WideTable(
                List.of(VARIANCE, "Score"),
                found.stream()
                        .map(share -> List.of(String.join(" ", keys(share.row())), share.title()))
                        .toList());
        if (!found.isEmpty()) {
            share(table, found, "Stage 1 %", VarianceDecomposition::hasStage1, VarianceDecomposition::getStage1);
            share(table, found, "Stage 2 %", VarianceDecomposition::hasStage2, VarianceDecomposition::getStage2);
            share(table, found, "Stage 3 %", VarianceDecomposition::hasStage3, VarianceDecomposition::getStage3);
            share(table, found, "Rest %", VarianceDecomposition::hasResidual, VarianceDecomposition::getResidual);
        }
        return table;
    }

    /** Nothing for a stage of one seed. */
    private static void share(
            WideTable table,
            List<Share> found,
            String title,
            Function<VarianceDecomposition, Boolean> has,
            Function<VarianceDecomposition, Double> get) {
        if (found.stream().noneMatch(share -> has.apply(share.shares()))) {
            return;
        }
        table.column(
                title,
                found.stream()
                        .map(share -> has.apply(share.shares()) ? percent(get.apply(share.shares())) : "")
                        .toList());
    }

    /** The same for every subnetwork: what the best candidate answers would score. */
    private void upperBounds(IntPredicate bound) {
        List<String> bounds = new ArrayList<>();
        IntStream.range(0, report.getColumnsCount())
                .filter(bound)
                .forEach(column -> report.getRowsList().stream()
                        .map(row -> row.getCells(column))
                        .filter(ReportCell::hasMean)
                        .findFirst()
                        .ifPresent(cell -> bounds.add(set(column) + " " + percent(cell.getMean()))));
        if (!bounds.isEmpty()) {
            lines.add("Upper bound by the candidate answers: " + String.join(", ", bounds) + ".");
        }
    }

    /** As {@link #cell(ReportCell, boolean)}; where no run has a score the first word says why: "failed (0/2)". */
    static String cell(ReportRow row, int column, boolean color) {
        ReportCell cell = row.getCells(column);
        if (cell.hasMean() || cell.getExpectedRuns() == 0 || row.getMissingCount() == 0) {
            return cell(cell, color);
        }
        String why = MissingText.word(row.getMissing(0).getState()) + " (0/" + cell.getExpectedRuns() + ")";
        return Style.WARNING.apply(why, color);
    }

    /** "56.2 ± 0.5"; with the runs that it has where some are missing: "56.2 (1/2)". */
    static String cell(ReportCell cell, boolean color) {
        if (!cell.hasMean() && cell.getExpectedRuns() == 0) {
            // A column of another experiment.
            return "";
        }
        StringBuilder text = new StringBuilder(cell.hasMean() ? percent(cell.getMean()) : "–");
        if (cell.hasStd()) {
            text.append(" ± ").append(percent(cell.getStd()));
        }
        // A coordinator of the release before tells the runs and not their number.
        int scored = Math.max(cell.getScoredRuns(), cell.getRunsCount());
        if (scored == cell.getExpectedRuns()) {
            return text.toString();
        }
        text.append(" (")
                .append(scored)
                .append('/')
                .append(cell.getExpectedRuns())
                .append(')');
        return Style.WARNING.apply(text.toString(), color);
    }

    /** "70.0" for 0.7. */
    public static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.1f", 100 * fraction);
    }

    private String seeds() {
        IntSummaryStatistics runs = report.getRowsList().stream()
                .flatMap(row -> row.getCellsList().stream())
                .mapToInt(ReportCell::getExpectedRuns)
                .filter(expected -> expected > 0)
                .summaryStatistics();
        if (runs.getCount() == 0 || runs.getMax() == 1) {
            return "1 seed";
        }
        // Rows differ where stages have seeds of their own: a dense model has no seed of stage 2.
        return runs.getMin() == runs.getMax()
                ? runs.getMax() + " seeds"
                : "the runs of all seeds, " + runs.getMin() + " to " + runs.getMax() + " in a row";
    }
}
