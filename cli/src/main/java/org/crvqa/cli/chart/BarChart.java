package org.crvqa.cli.chart;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Means as horizontal bars with whiskers, in panels side by side; the same label is the same colour in every panel.
 *
 * @param title what is shown
 * @param subtitle how to read it
 * @param panels from left to right, {@link #COLUMNS} in a row
 */
public record BarChart(String title, String subtitle, List<Panel> panels) {
    private static final int COLUMNS = 2;
    private static final double MARGIN = 24;
    private static final double WIDTH = 300;
    private static final double GAP = 40;
    private static final double ROW = 26;
    private static final double HEADER = 28;
    private static final double BELOW = 44;
    private static final double MOST_LABEL = 260;
    private static final double SMALL = 11;
    private static final double NORMAL = 13;
    private static final double LARGE = 17;

    public BarChart {
        panels = List.copyOf(panels);
    }

    /** One axis. @param title of the panel @param bars from top to bottom */
    public record Panel(String title, List<Bar> bars) {
        public Panel {
            bars = List.copyOf(bars);
        }
    }

    /** A bar. @param value where it ends @param spread the whisker reaches this far to both sides; 0: none */
    public record Bar(String label, double value, double spread) {}

    /** Draws it. */
    public Picture draw() {
        Set<String> labels = new LinkedHashSet<>();
        panels.forEach(panel -> panel.bars().forEach(bar -> labels.add(bar.label())));
        double label = Math.min(
                MOST_LABEL,
                labels.stream()
                        .mapToDouble(text -> Lettering.width(text, SMALL))
                        .max()
                        .orElse(0));
        // One axis for all, so that bars of different panels can be compared.
        Scale scale = Scale.over(DoubleStream.concat(
                DoubleStream.of(0),
                panels.stream()
                        .flatMap(panel -> panel.bars().stream())
                        .mapToDouble(bar -> bar.value() + bar.spread())));
        Picture.Builder picture = Picture.builder();
        picture.bold(MARGIN, MARGIN + 14, title, LARGE, Anchor.START, Palette.INK)
                .text(MARGIN, MARGIN + 36, subtitle, NORMAL, Anchor.START, Palette.FAINT);
        int columns = Math.min(COLUMNS, Math.max(1, panels.size()));
        double top = MARGIN + 70;
        double bottom = top;
        for (int i = 0; i < panels.size(); i++) {
            if (i % columns == 0) {
                top = bottom;
            }
            double left = MARGIN + label + 10 + i % columns * (label + 10 + WIDTH + GAP);
            bottom = Math.max(bottom, panel(picture, panels.get(i), List.copyOf(labels), scale, left, top, label));
        }
        double width = Math.max(
                columns * (label + 10 + WIDTH) + (columns - 1) * GAP,
                Math.max(Lettering.width(subtitle, NORMAL), Lettering.width(title, LARGE) * 1.1));
        return picture.build(width + 2 * MARGIN + 20, bottom, title, subtitle);
    }

    /** Returns where the next begins. */
    private static double panel(
            Picture.Builder picture,
            Panel panel,
            List<String> labels,
            Scale scale,
            double left,
            double top,
            double room) {
        picture.bold(left, top + 14, panel.title(), NORMAL, Anchor.START, Palette.INK);
        double first = top + HEADER;
        double end = first + panel.bars().size() * ROW;
        for (double tick : scale.ticks()) {
            double x = left + scale.place(tick) * WIDTH;
            picture.line(x, first - 4, x, end, Palette.BLANK)
                    .text(x, end + 16, scale.text(tick), SMALL, Anchor.MIDDLE, Palette.FAINT);
        }
        double y = first;
        for (Bar bar : panel.bars()) {
            bar(picture, bar, Palette.kind(labels.indexOf(bar.label()) % Palette.kinds()), scale, left, y, room);
            y += ROW;
        }
        picture.line(left, first - 4, left, end, Palette.RULE);
        return end + BELOW;
    }

    private static void bar(
            Picture.Builder picture, Bar bar, String fill, Scale scale, double left, double y, double room) {
        double middle = y + ROW / 2 - 2;
        double end = left + scale.place(bar.value()) * WIDTH;
        picture.text(left - 8, middle + 4, Lettering.cut(bar.label(), SMALL, room), SMALL, Anchor.END, Palette.INK)
                .box(left, y, Math.max(1, end - left), ROW - 6, fill);
        String text = String.format(Locale.ROOT, "%.1f", bar.value());
        if (bar.spread() > 0) {
            text += String.format(Locale.ROOT, " ± %.1f", bar.spread());
        }
        // Inside at the beginning, where no whisker reaches.
        picture.text(
                left + 6, middle + 4, text, SMALL, Anchor.START, end - left > 80 ? Palette.textOn(fill) : Palette.INK);
        if (bar.spread() > 0) {
            double low = left + scale.place(bar.value() - bar.spread()) * WIDTH;
            double high = left + scale.place(bar.value() + bar.spread()) * WIDTH;
            picture.line(low, middle, high, middle, Palette.INK)
                    .line(low, middle - 4, low, middle + 4, Palette.INK)
                    .line(high, middle - 4, high, middle + 4, Palette.INK);
        }
    }
}
