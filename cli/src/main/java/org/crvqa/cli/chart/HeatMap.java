package org.crvqa.cli.chart;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Numbers as colours, with the number and a second one to compare it with written into each cell.
 *
 * @param title what is shown
 * @param subtitle how to read a cell
 * @param rows a label for each row
 * @param columns a short label, such as a number, for each column
 * @param cells row by row; a cell without a quantity is drawn blank
 * @param notes lines below, such as what the columns' labels mean
 */
public record HeatMap(
        String title,
        String subtitle,
        List<String> rows,
        List<String> columns,
        List<List<Cell>> cells,
        List<String> notes) {
    private static final double MARGIN = 24;
    private static final double CELL_WIDTH = 58;
    private static final double CELL_HEIGHT = 40;
    private static final double LEGEND_WIDTH = 18;
    private static final double LEGEND_STEP = 4;
    private static final double LEGEND_HEIGHT = 260;
    private static final double SMALL = 11;
    private static final double NORMAL = 13;
    private static final double LARGE = 17;
    private static final double WIDEST_LABEL = 420;

    public HeatMap {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        cells = cells.stream().map(List::copyOf).toList();
        notes = List.copyOf(notes);
        int width = columns.size();
        if (cells.size() != rows.size() || cells.stream().anyMatch(row -> row.size() != width)) {
            throw new IllegalArgumentException("A cell for each of " + rows.size() + " x " + width + " is needed");
        }
    }

    /**
     * A cell.
     *
     * @param value decides the colour; NaN for none, which leaves the cell blank
     * @param text in the middle
     * @param second below, smaller; may be empty
     */
    public record Cell(double value, String text, String second) {
        /** A cell without a quantity. */
        public static Cell blank(String text) {
            return new Cell(Double.NaN, text, "");
        }
    }

    /** Draws it. The colours span the quantities that occur, rounded outwards to twentieths. */
    public Picture draw() {
        double low = Math.floor(values().min().orElse(0) * 20 - 1e-9) / 20;
        double high = Math.ceil(values().max().orElse(1) * 20 + 1e-9) / 20;
        low = Math.max(0, low);
        Picture.Builder picture = Picture.builder();
        double labels = rows.stream()
                .mapToDouble(row -> Math.min(WIDEST_LABEL, Lettering.width(row, NORMAL)))
                .max()
                .orElse(0);
        double left = Math.ceil(MARGIN + labels + 10);
        double top = MARGIN + 76;
        double bottom = top + rows.size() * CELL_HEIGHT;
        double right = left + columns.size() * CELL_WIDTH;
        picture.bold(MARGIN, MARGIN + 14, title, LARGE, Anchor.START, Palette.INK)
                .text(MARGIN, MARGIN + 36, subtitle, NORMAL, Anchor.START, Palette.FAINT);
        drawLabels(picture, left, top);
        drawCells(picture, left, top, low, high);
        drawLegend(picture, right + 28, top, Math.min(bottom - top, LEGEND_HEIGHT), low, high);
        double below = bottom + 12;
        for (String note : notes) {
            below += 19;
            picture.text(MARGIN, below, note, NORMAL, Anchor.START, Palette.INK);
        }
        double widest = notes.stream()
                .mapToDouble(note -> Lettering.width(note, NORMAL))
                .reduce(Lettering.width(subtitle, NORMAL), Math::max);
        widest = Math.max(widest, Lettering.width(title, LARGE) * 1.1);
        double width = Math.max(right + 28 + LEGEND_WIDTH + 48, MARGIN + widest) + MARGIN;
        return picture.build(width, Math.max(below, bottom) + MARGIN, title, subtitle);
    }

    private DoubleStream values() {
        return cells.stream().flatMap(List::stream).mapToDouble(Cell::value).filter(value -> !Double.isNaN(value));
    }

    private void drawLabels(Picture.Builder picture, double left, double top) {
        for (int i = 0; i < rows.size(); i++) {
            String label = Lettering.cut(rows.get(i), NORMAL, WIDEST_LABEL);
            double y = top + (i + 0.5) * CELL_HEIGHT + NORMAL * 0.36;
            picture.text(left - 10, y, label, NORMAL, Anchor.END, Palette.INK);
        }
        for (int j = 0; j < columns.size(); j++) {
            String label = Lettering.cut(columns.get(j), NORMAL, CELL_WIDTH);
            picture.text(left + (j + 0.5) * CELL_WIDTH, top - 9, label, NORMAL, Anchor.MIDDLE, Palette.INK);
        }
    }

    private void drawCells(Picture.Builder picture, double left, double top, double low, double high) {
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < columns.size(); j++) {
                Cell cell = cells.get(i).get(j);
                String fill =
                        Double.isNaN(cell.value()) ? Palette.BLANK : Palette.scale((cell.value() - low) / (high - low));
                double x = left + j * CELL_WIDTH;
                double y = top + i * CELL_HEIGHT;
                // A pixel of white between cells.
                picture.box(x, y, CELL_WIDTH - 1, CELL_HEIGHT - 1, fill);
                String ink = Palette.textOn(fill);
                double middle = x + CELL_WIDTH / 2;
                boolean two = !cell.second().isEmpty();
                picture.text(middle, y + (two ? 18 : 24), cell.text(), NORMAL, Anchor.MIDDLE, ink);
                if (two) {
                    picture.text(middle, y + 33, cell.second(), SMALL, Anchor.MIDDLE, ink);
                }
            }
        }
    }

    private static void drawLegend(
            Picture.Builder picture, double x, double top, double height, double low, double high) {
        // Whole pixels, so that no seams show.
        int steps = (int) (height / LEGEND_STEP);
        for (int i = 0; i < steps; i++) {
            double fraction = 1 - (i + 0.5) / steps;
            picture.box(x, top + i * LEGEND_STEP, LEGEND_WIDTH, LEGEND_STEP, Palette.scale(fraction));
        }
        double tall = steps * LEGEND_STEP;
        int ticks = 4;
        for (int i = 0; i <= ticks; i++) {
            double y = top + tall * (ticks - i) / ticks;
            double value = low + (high - low) * i / ticks;
            picture.line(x + LEGEND_WIDTH, y, x + LEGEND_WIDTH + 4, y, Palette.FAINT);
            picture.text(
                    x + LEGEND_WIDTH + 8,
                    y + SMALL * 0.36,
                    String.format(Locale.ROOT, "%.2f", value),
                    SMALL,
                    Anchor.START,
                    Palette.FAINT);
        }
    }
}
