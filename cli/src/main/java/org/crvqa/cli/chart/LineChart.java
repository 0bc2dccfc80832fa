package org.crvqa.cli.chart;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Quantities over another one, each as a line with a band around it, in panels side by side that share one legend.
 *
 * @param title what is shown
 * @param subtitle how to read it
 * @param panels from left to right, {@link #COLUMNS} in a row
 */
public record LineChart(String title, String subtitle, List<Panel> panels) {
    private static final int COLUMNS = 2;
    private static final double MARGIN = 24;
    private static final double WIDTH = 460;
    private static final double HEIGHT = 250;
    /** Left of a panel for the numbers of its axis, and below it. */
    private static final double AXIS = 56;

    private static final double BELOW = 76;
    private static final double KEY = 22;
    private static final double LEGEND_ROW = 20;
    private static final double SMALL = 11;
    private static final double NORMAL = 13;
    private static final double LARGE = 17;

    public LineChart {
        panels = List.copyOf(panels);
    }

    /**
     * One pair of axes.
     *
     * @param title of the panel
     * @param xTitle of the horizontal axis
     * @param lines later ones lie above earlier ones
     * @param levels values that do not change along the axis, dotted
     */
    public record Panel(String title, String xTitle, List<Line> lines, List<Level> levels) {
        public Panel {
            lines = List.copyOf(lines);
            levels = List.copyOf(levels);
        }
    }

    /** A line; the same label is the same colour in every panel. */
    public record Line(String label, List<Point> points) {
        public Line {
            points = List.copyOf(points);
        }
    }

    /** A horizontal line over the whole width. */
    public record Level(String label, double y) {}

    /**
     * A point of a line with its band.
     *
     * @param low lower end of the band, {@code y} where there is none
     * @param high upper end
     */
    public record Point(double x, double y, double low, double high) {
        /** Without a band. */
        public static Point of(double x, double y) {
            return new Point(x, y, y, y);
        }
    }

    /** Draws it. */
    public Picture draw() {
        List<String> labels = labels();
        int columns = Math.min(COLUMNS, Math.max(1, panels.size()));
        double width = Math.max(
                columns * (AXIS + WIDTH) + (columns - 1) * MARGIN,
                Math.max(Lettering.width(subtitle, NORMAL), Lettering.width(title, LARGE) * 1.1));
        Picture.Builder picture = Picture.builder();
        picture.bold(MARGIN, MARGIN + 14, title, LARGE, Anchor.START, Palette.INK)
                .text(MARGIN, MARGIN + 36, subtitle, NORMAL, Anchor.START, Palette.FAINT);
        double y = legend(picture, labels, MARGIN + 62, width) + 34;
        double bottom = y;
        for (int i = 0; i < panels.size(); i++) {
            double left = MARGIN + AXIS + i % columns * (AXIS + WIDTH + MARGIN);
            double top = y + i / columns * (HEIGHT + BELOW);
            new Drawing(picture, panels.get(i), labels, left, top).draw();
            bottom = top + HEIGHT + BELOW;
        }
        return picture.build(width + 2 * MARGIN, bottom, title, subtitle);
    }

    private List<String> labels() {
        Set<String> labels = new LinkedHashSet<>();
        for (Panel panel : panels) {
            panel.lines().forEach(line -> labels.add(line.label()));
            panel.levels().forEach(level -> labels.add(level.label()));
        }
        return new ArrayList<>(labels);
    }

    /** Returns the baseline of its last row. */
    private double legend(Picture.Builder picture, List<String> labels, double top, double width) {
        double x = MARGIN;
        double y = top;
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            double needed = KEY + 6 + Lettering.width(label, SMALL) + 18;
            if (x > MARGIN && x + needed > MARGIN + width) {
                x = MARGIN;
                y += LEGEND_ROW;
            }
            boolean level = panels.stream()
                    .flatMap(panel -> panel.levels().stream())
                    .anyMatch(each -> each.label().equals(label));
            picture.path(new double[] {x, x + KEY}, new double[] {y - 4, y - 4}, color(i), dash(i, level))
                    .text(x + KEY + 6, y, label, SMALL, Anchor.START, Palette.INK);
            x += needed;
        }
        return y;
    }

    private static String color(int label) {
        return Palette.kind(label % Palette.kinds());
    }

    /** More lines than colours differ by their dashes. */
    private static String dash(int label, boolean level) {
        if (level) {
            return "2 4";
        }
        int round = label / Palette.kinds();
        return round == 0 ? "" : round == 1 ? "8 4" : "8 3 2 3";
    }

    /** One panel on its place. */
    private static final class Drawing {
        private final Picture.Builder picture;
        private final Panel panel;
        private final List<String> labels;
        private final double left;
        private final double top;
        private final Scale x;
        private final Scale y;

        Drawing(Picture.Builder picture, Panel panel, List<String> labels, double left, double top) {
            this.picture = picture;
            this.panel = panel;
            this.labels = labels;
            this.left = left;
            this.top = top;
            x = Scale.over(panel.lines().stream()
                    .flatMap(line -> line.points().stream())
                    .mapToDouble(Point::x));
            y = Scale.over(DoubleStream.concat(
                    panel.lines().stream()
                            .flatMap(line -> line.points().stream())
                            .flatMapToDouble(point -> DoubleStream.of(point.y(), point.low(), point.high())),
                    panel.levels().stream().mapToDouble(Level::y)));
        }

        void draw() {
            picture.bold(left, top - 12, panel.title(), NORMAL, Anchor.START, Palette.INK);
            for (double tick : y.ticks()) {
                picture.line(left, down(tick), left + WIDTH, down(tick), Palette.BLANK)
                        .text(left - 8, down(tick) + 4, y.text(tick), SMALL, Anchor.END, Palette.FAINT);
            }
            for (double tick : x.ticks()) {
                picture.line(across(tick), top + HEIGHT, across(tick), top + HEIGHT + 4, Palette.FAINT)
                        .text(across(tick), top + HEIGHT + 17, x.text(tick), SMALL, Anchor.MIDDLE, Palette.FAINT);
            }
            picture.line(left, top + HEIGHT, left + WIDTH, top + HEIGHT, Palette.RULE)
                    .text(left + WIDTH, top + HEIGHT + 33, panel.xTitle(), SMALL, Anchor.END, Palette.INK);
            panel.lines().forEach(this::band);
            for (Level level : panel.levels()) {
                int label = labels.indexOf(level.label());
                double height = down(level.y());
                picture.path(
                        new double[] {left, left + WIDTH},
                        new double[] {height, height},
                        color(label),
                        dash(label, true));
            }
            panel.lines().forEach(this::line);
        }

        private void band(Line line) {
            List<Point> points = line.points();
            if (points.size() < 2 || points.stream().allMatch(point -> point.low() == point.high())) {
                return;
            }
            int n = points.size();
            double[] xs = new double[2 * n];
            double[] ys = new double[2 * n];
            for (int i = 0; i < n; i++) {
                xs[i] = across(points.get(i).x());
                ys[i] = down(points.get(i).high());
                xs[2 * n - 1 - i] = xs[i];
                ys[2 * n - 1 - i] = down(points.get(i).low());
            }
            picture.area(xs, ys, color(labels.indexOf(line.label())));
        }

        private void line(Line line) {
            int label = labels.indexOf(line.label());
            List<Point> points = line.points();
            double[] xs =
                    points.stream().mapToDouble(point -> across(point.x())).toArray();
            double[] ys = points.stream().mapToDouble(point -> down(point.y())).toArray();
            picture.path(xs, ys, color(label), dash(label, false));
            if (points.size() <= 30) {
                for (int i = 0; i < xs.length; i++) {
                    Point point = points.get(i);
                    if (points.size() == 1 && point.low() < point.high()) {
                        picture.line(xs[i], down(point.low()), xs[i], down(point.high()), color(label));
                    }
                    picture.dot(xs[i], ys[i], color(label));
                }
            }
        }

        private double across(double value) {
            return left + x.place(value) * WIDTH;
        }

        private double down(double value) {
            return top + HEIGHT - y.place(value) * HEIGHT;
        }
    }
}
