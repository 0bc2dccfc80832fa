package org.crvqa.cli.report;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.experiment.UnitedReport;

/** A report as LaTeX with the package booktabs, ready for a paper's table environment. */
public final class LatexReport {
    private static final String END = " \\\\";

    private LatexReport() {}

    /** The lines to print. */
    public static List<String> lines(UnitedReport report, Findings findings) {
        PaperTable table = new PaperTable(report, findings);
        List<String> lines = new ArrayList<>();
        lines.add("% Needs \\usepackage{booktabs}.");
        List<String> header = new ArrayList<>();
        report.keyTitles().forEach(title -> header.add(escape(title)));
        header.add("$n$");
        table.columns().forEach(column -> header.add(escape(column)));
        int words = report.keyTitles().size();
        begin(lines, "l".repeat(words) + "r" + "c".repeat(table.columns().size()), header);
        for (int row = 0; row < table.rows(); row++) {
            if (row > 0 && report.part(row) != report.part(row - 1)) {
                lines.add("\\midrule");
            }
            List<String> cells = new ArrayList<>();
            report.keys(row).forEach(key -> cells.add(escape(key)));
            cells.add(table.runs(row));
            for (String column : table.columns()) {
                cells.add(cell(table.cell(row, column)));
            }
            lines.add(String.join(" & ", cells) + END);
        }
        end(lines);
        table.notes().forEach(note -> lines.add("% " + note.replaceAll("\\s*\n\\s*", " ")));
        further(lines, FindingsText.differences(report, findings));
        further(lines, FindingsText.published(report, findings));
        return lines;
    }

    private static void begin(List<String> lines, String alignment, List<String> header) {
        lines.add("\\begin{tabular}{" + alignment + "}");
        lines.add("\\toprule");
        lines.add(String.join(" & ", header) + END);
        lines.add("\\midrule");
    }

    private static void end(List<String> lines) {
        lines.add("\\bottomrule");
        lines.add("\\end{tabular}");
    }

    private static void further(List<String> lines, FindingsText.Lines table) {
        if (table.rows().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("% " + table.title());
        begin(
                lines,
                "l".repeat(table.keys()) + "r".repeat(table.header().size() - table.keys()),
                table.header().stream().map(LatexReport::escape).toList());
        table.rows()
                .forEach(row -> lines.add(
                        String.join(" & ", row.stream().map(LatexReport::escape).toList()) + END));
        end(lines);
    }

    private static String cell(PaperTable.Cell cell) {
        String text =
                escape(cell.mean()) + cell.std().map(std -> " $\\pm$ " + std).orElse("");
        text = cell.best() ? "\\textbf{" + text + "}" : text;
        text += cell.runs().map(runs -> " (" + runs + ")").orElse("");
        if (cell.interval().isEmpty()) {
            return text;
        }
        // Braces: a line that begins with a bracket would be read as an option of the line break before it.
        return "\\begin{tabular}[c]{@{}c@{}}" + text + END + " {"
                + cell.interval().get() + "}\\end{tabular}";
    }

    /** Text of people in LaTeX. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&', '%', '$', '#', '_', '{', '}' -> escaped.append('\\').appendCodePoint(character);
                case '~' -> escaped.append("\\textasciitilde{}");
                case '^' -> escaped.append("\\textasciicircum{}");
                case '\\' -> escaped.append("\\textbackslash{}");
                case '<' -> escaped.append("$<$");
                case '>' -> escaped.append("$>$");
                case '±' -> escaped.append("$\\pm$");
                case '−' -> escaped.append("$-$");
                case '–' -> escaped.append("--");
                default -> escaped.appendCodePoint(character);
            }
        });
        return escaped.toString();
    }
}
