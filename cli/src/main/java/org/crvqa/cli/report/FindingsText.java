package org.crvqa.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.crvqa.cli.console.WideTable;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.study.statistics.Estimate;
import org.crvqa.study.statistics.McNemar;

/** Findings in words and tables of text, whose cells the forms for people share. */
public final class FindingsText {
    static final String INTERVALS = "In brackets: 95 % percentile intervals of a bootstrap over seeds and questions.";

    private FindingsText() {}

    /**
     * A further table.
     *
     * @param title what it says
     * @param keys how many of the columns are words
     */
    record Lines(String title, int keys, List<String> header, List<List<String>> rows) {}

    /** The lines to print below the report; none where nothing was asked for. */
    public static List<String> lines(UnitedReport report, Findings findings, boolean color, int width) {
        List<String> lines = new ArrayList<>();
        if (!findings.intervals().isEmpty()) {
            List<Integer> rows =
                    IntStream.range(0, report.report().getRowsCount()).boxed().toList();
            WideTable table = new WideTable(
                    report.keyTitles(), rows.stream().map(report::keys).toList());
            report.report().getColumnsList().stream()
                    .filter(column -> rows.stream()
                            .anyMatch(row -> findings.interval(row, column).isPresent()))
                    .forEach(column -> table.column(
                            column,
                            rows.stream()
                                    .map(row -> findings.interval(row, column)
                                            .map((Estimate estimate) -> Numbers.interval(estimate))
                                            .orElse("–"))
                                    .toList()));
            add(lines, "95 % intervals in %, by bootstrap over seeds and questions", table.lines(color, width));
        }
        for (Lines each : List.of(differences(report, findings), published(report, findings))) {
            if (!each.rows().isEmpty()) {
                add(lines, each.title(), table(each).lines(color, width));
            }
        }
        if (!findings.notes().isEmpty()) {
            lines.add("");
            findings.notes().forEach(note -> lines.add("Note: " + note));
        }
        return lines;
    }

    private static void add(List<String> lines, String title, List<String> table) {
        lines.add("");
        lines.add(title);
        lines.addAll(table);
    }

    private static WideTable table(Lines lines) {
        WideTable table = new WideTable(
                lines.header().subList(0, lines.keys()),
                lines.rows().stream().map(row -> row.subList(0, lines.keys())).toList());
        for (int i = lines.keys(); i < lines.header().size(); i++) {
            int column = i;
            table.column(
                    lines.header().get(i),
                    lines.rows().stream().map(row -> row.get(column)).toList());
        }
        return table;
    }

    /** Rows against one of them. */
    static Lines differences(UnitedReport report, Findings findings) {
        List<String> header = new ArrayList<>(report.keyTitles());
        header.addAll(List.of(
                "Score",
                "Difference",
                "95 % interval",
                "p bootstrap",
                "Holm",
                "Right alone",
                "p McNemar",
                "Holm of it",
                "Questions",
                "Seeds"));
        List<List<String>> rows = new ArrayList<>();
        for (Difference each : findings.differences()) {
            List<String> row = new ArrayList<>(report.keys(each.place().row()));
            row.add(each.place().column());
            row.add(Numbers.signed(each.estimate().value()));
            row.add(Numbers.signedInterval(each.estimate()));
            row.add(Numbers.p(each.estimate().p()));
            row.add(Numbers.p(each.adjustedP()));
            row.add(each.mcNemar()
                    .map(test -> count(test.gained()) + " : " + count(test.lost()))
                    .orElse("–"));
            row.add(each.mcNemar().map(McNemar::p).map(Numbers::p).orElse("–"));
            row.add(Numbers.p(each.adjustedMcNemar()));
            row.add(count(each.questions()));
            row.add(
                    each.sharedSeeds() || each.seeds() == each.seedsAgainst()
                            ? String.valueOf(each.seeds())
                            : each.seeds() + " and " + each.seedsAgainst());
            rows.add(row);
        }
        String title = findings.against().isPresent()
                ? "Differences to " + report.label(findings.against().getAsInt()) + ", in percentage points"
                : "";
        return new Lines(title, report.keyTitles().size() + 1, header, rows);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Published scores beside ours. */
    static Lines published(UnitedReport report, Findings findings) {
        List<String> header = new ArrayList<>(report.keyTitles());
        header.addAll(List.of("Score", "Ours", "Published", "n", "Difference", "Within both"));
        List<List<String>> rows = new ArrayList<>();
        for (Published each : findings.published()) {
            List<String> row = new ArrayList<>(report.keys(each.place().row()));
            row.add(each.place().column());
            PaperTable.Cell ours = new PaperTable(report, Findings.NONE)
                    .cell(each.place().row(), each.place().column());
            row.add(ours.mean() + ours.std().map(std -> " ± " + std).orElse(""));
            row.add(Numbers.percent(each.mean())
                    + (each.std().isPresent()
                            ? " ± " + Numbers.percent(each.std().getAsDouble())
                            : ""));
            row.add(each.n().isPresent() ? String.valueOf(each.n().getAsInt()) : "–");
            OptionalDouble difference = each.difference();
            row.add(difference.isPresent() ? Numbers.signed(difference.getAsDouble()) : "–");
            row.add(each.within().map(within -> within ? "yes" : "no").orElse("–"));
            rows.add(row);
        }
        return new Lines("Beside published numbers, in %", report.keyTitles().size() + 1, header, rows);
    }
}
