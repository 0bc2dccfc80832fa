package org.crvqa.cli.console;

import java.util.ArrayList;
import java.util.List;

/** A table of numbers that goes on below itself where it would be wider than a terminal; the first columns are repeated. */
public final class WideTable {
    private static final int GAP = 2;

    private final List<String> keyTitles;
    private final List<List<String>> keys;
    private final List<String> titles = new ArrayList<>();
    private final List<List<String>> columns = new ArrayList<>();

    /** A table with these first columns; {@code keys}: their cells, row by row. */
    public WideTable(List<String> keyTitles, List<List<String>> keys) {
        this.keyTitles = List.copyOf(keyTitles);
        this.keys = List.copyOf(keys);
    }

    /** Adds a column of numbers with a cell for each row. */
    public WideTable column(String title, List<String> cells) {
        if (cells.size() != keys.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + keys.size() + " rows");
        }
        titles.add(title);
        columns.add(List.copyOf(cells));
        return this;
    }

    /**
     * The lines, an empty one between pieces; none without columns. None is longer than {@code width}, unless the first
     * columns and one of numbers need more.
     */
    public List<String> lines(boolean color, int width) {
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < columns.size(); ) {
            int to = end(from, width);
            if (from > 0) {
                lines.add("");
            }
            lines.addAll(piece(from, to).lines(color));
            from = to;
        }
        return lines;
    }

    /** As many columns as fit, at least one. */
    private int end(int from, int width) {
        int used = 0;
        for (int i = 0; i < keyTitles.size(); i++) {
            int key = i;
            used += GAP
                    + width(
                            keyTitles.get(i),
                            keys.stream().map(row -> row.get(key)).toList());
        }
        int to = from;
        while (to < columns.size()) {
            used += GAP + width(titles.get(to), columns.get(to));
            if (to > from && used - GAP > width) {
                return to;
            }
            to++;
        }
        return to;
    }

    private static int width(String title, List<String> cells) {
        return cells.stream().mapToInt(Style::width).reduce(Style.width(title), Math::max);
    }

    private Table piece(int from, int to) {
        List<String> header = new ArrayList<>(keyTitles);
        titles.subList(from, to).forEach(title -> header.add(">" + title));
        Table table = Table.of(header);
        for (int row = 0; row < keys.size(); row++) {
            List<String> cells = new ArrayList<>(keys.get(row));
            for (int column = from; column < to; column++) {
                cells.add(columns.get(column).get(row));
            }
            table.row(cells);
        }
        return table;
    }
}
