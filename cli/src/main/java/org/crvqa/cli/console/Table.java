package org.crvqa.cli.console;

import java.util.ArrayList;
import java.util.List;

/** A table of text. Columns are as wide as their widest cell; numbers stand to the right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> header;
    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(List<String> header, List<Boolean> right) {
        this.header = List.copyOf(header);
        this.right = List.copyOf(right);
    }

    /** A table with these column titles; a title that starts with '>' makes a column of numbers. */
    public static Table of(List<String> titles) {
        return new Table(
                titles.stream().map(t -> t.startsWith(">") ? t.substring(1) : t).toList(),
                titles.stream().map(t -> t.startsWith(">")).toList());
    }

    /** Adds a row with a cell for each column. Cells may be coloured. */
    public Table row(List<String> cells) {
        if (cells.size() != header.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + header.size() + " columns");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** The lines of the table, the titles first. */
    public List<String> lines(boolean color) {
        int[] widths = header.stream().mapToInt(Style::width).toArray();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Style.width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(Style.BOLD.apply(line(header, widths), color));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            String padding = " ".repeat(widths[i] - Style.width(cell));
            line.append(i == 0 ? "" : GAP).append(right.get(i) ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }
}
