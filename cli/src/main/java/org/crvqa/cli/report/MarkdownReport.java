package org.crvqa.cli.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.crvqa.cli.experiment.UnitedReport;

/** A report as tables of Markdown. */
public final class MarkdownReport {
    private MarkdownReport() {}

    /** The lines to print. */
    public static List<String> lines(UnitedReport report, Findings findings) {
        PaperTable table = new PaperTable(report, findings);
        List<String> header = new ArrayList<>(report.keyTitles());
        int keys = header.size();
        header.add("n");
        header.addAll(table.columns());
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            List<String> cells = new ArrayList<>(report.keys(row));
            cells.add(table.runs(row));
            for (String column : table.columns()) {
                cells.add(cell(table.cell(row, column)));
            }
            rows.add(cells);
        }
        List<String> lines = new ArrayList<>(table(keys, header, rows, true));
        lines.add("");
        table.notes().forEach(note -> lines.add("- " + escape(note)));
        for (FindingsText.Lines each :
                List.of(FindingsText.differences(report, findings), FindingsText.published(report, findings))) {
            if (!each.rows().isEmpty()) {
                lines.add("");
                lines.add(escape(each.title()) + ":");
                lines.add("");
                lines.addAll(table(each.keys(), each.header(), each.rows(), false));
            }
        }
        return lines;
    }

    private static String cell(PaperTable.Cell cell) {
        String text = escape(cell.mean()) + cell.std().map(std -> " ± " + std).orElse("");
        text = cell.best() ? "**" + text + "**" : text;
        return text
                + cell.interval().map(interval -> " " + interval).orElse("")
                + cell.runs().map(runs -> " (" + runs + ")").orElse("");
    }

    private static List<String> table(int keys, List<String> header, List<List<String>> rows, boolean escaped) {
        List<String> lines = new ArrayList<>();
        lines.add(line(header, 0));
        List<String> rule = new ArrayList<>(Collections.nCopies(keys, "---"));
        rule.addAll(Collections.nCopies(header.size() - keys, "---:"));
        lines.add(line(rule, rule.size()));
        // Cells of the first table may hold markup of ours.
        rows.forEach(row -> lines.add(line(row, escaped ? keys : 0)));
        return lines;
    }

    /** @param escapeBelow cells from here on are as they are; 0: none */
    private static String line(List<String> cells, int escapeBelow) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            texts.add(
                    escapeBelow > 0 && i >= escapeBelow || cells.get(i).startsWith("---")
                            ? cells.get(i)
                            : escape(cells.get(i)));
        }
        return "| " + String.join(" | ", texts) + " |";
    }

    private static String escape(String text) {
        return text.replaceAll("([\\\\|*_`<\\[\\]])", "\\\\$1");
    }
}
