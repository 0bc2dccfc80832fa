package org.crvqa.cli.chart;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Distributions as stacked bars in groups, with a second bar beside each that says how far it is from another.
 *
 * @param title what is shown
 * @param subtitle how to read it
 * @param shareTitle of the stacked bars
 * @param measureTitle of the second bars
 * @param groups from top to bottom
 */
public record ShareBars(String title, String subtitle, String shareTitle, String measureTitle, List<Group> groups) {
    private static final double MARGIN = 24;
    private static final double LABELS = 190;
    private static final double SHARES = 520;
    private static final double GAP = 60;
    private static final double MEASURES = 170;
    private static final double ROW = 22;
    private static final double HEADER = 26;
    private static final double BETWEEN = 16;
    private static final double SMALL = 11;
    private static final double NORMAL = 13;
    private static final double LARGE = 17;
    private static final String MEASURE_FILL = "#52606d";

    public ShareBars {
        groups = List.copyOf(groups);
    }

    /** The most kinds that a group can name. */
    public static int mostKinds() {
        return Palette.kinds();
    }

    /**
     * Bars with the same kinds.
     *
     * @param label of the group
     * @param kinds names of what the shares are of, at most {@link #mostKinds()}
     */
    public record Group(String label, List<String> kinds, List<Row> rows) {
        public Group {
            kinds = List.copyOf(kinds);
            rows = List.copyOf(rows);
            if (kinds.size() > mostKinds()) {
                throw new IllegalArgumentException(kinds.size() + " kinds, at most " + mostKinds());
            }
        }
    }

    /**
     * A bar.
     *
     * @param label of the bar
     * @param detail behind the label, such as a count
     * @param shares for each kind, in [0, 1]; what they lack to 1 is drawn as one remainder. Empty for no bar
     * @param measure length of the second bar in [0, 1]; empty for none
     */
    public record Row(String label, String detail, List<Double> shares, OptionalDouble measure) {
        public Row {
            shares = List.copyOf(shares);
        }
    }

    /** Draws it. */
    public Picture draw() {
        Picture.Builder picture = Picture.builder();
        double left = MARGIN + LABELS;
        double second = left + SHARES + GAP;
        double top = MARGIN + 84;
        picture.bold(MARGIN, MARGIN + 14, title, LARGE, Anchor.START, Palette.INK)
                .text(MARGIN, MARGIN + 36, subtitle, NORMAL, Anchor.START, Palette.FAINT);
        axis(picture, left, SHARES, top, shareTitle);
        axis(picture, second, MEASURES, top, measureTitle);
        double y = top + 4;
        for (Group group : groups) {
            legend(picture, group, left, y);
            y += HEADER;
            for (Row row : group.rows()) {
                labels(picture, row, left, y);
                shares(picture, row, left, y);
                measure(picture, row, second, y);
                y += ROW;
            }
            y += BETWEEN;
        }
        double words = MARGIN + Math.max(Lettering.width(subtitle, NORMAL), Lettering.width(title, LARGE) * 1.1);
        return picture.build(Math.max(second + MEASURES + 20, words) + MARGIN, y + MARGIN / 2, title, subtitle);
    }

    private static void axis(Picture.Builder picture, double left, double width, double y, String title) {
        picture.text(left, y - 26, title, SMALL, Anchor.START, Palette.INK);
        for (int quarter = 0; quarter <= 4; quarter += 2) {
            double x = left + width * quarter / 4;
            picture.text(x, y - 8, percent(quarter / 4.0), SMALL, Anchor.MIDDLE, Palette.FAINT);
            picture.line(x, y - 4, x, y, Palette.FAINT);
        }
        picture.line(left, y, left + width, y, Palette.RULE);
    }

    private static void legend(Picture.Builder picture, Group group, double left, double y) {
        double baseline = y + 17;
        double room = LABELS + SHARES - 60;
        String label = Lettering.cut(group.label(), NORMAL * 1.1, room);
        picture.bold(MARGIN, baseline, label, NORMAL, Anchor.START, Palette.INK);
        double x = Math.max(left, MARGIN + Lettering.width(label, NORMAL * 1.1) + 16);
        for (int kind = 0; kind < group.kinds().size(); kind++) {
            x = key(picture, x, baseline, Palette.kind(kind), group.kinds().get(kind), left);
        }
        boolean remainder = group.rows().stream()
                .anyMatch(row -> !row.shares().isEmpty()
                        && row.shares().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .sum()
                                < 0.9995);
        if (remainder) {
            key(picture, x, baseline, Palette.OTHER, "other", left);
        }
    }

    /** One entry, unless it would leave the picture. Returns where the next begins. */
    private static double key(
            Picture.Builder picture, double x, double baseline, String fill, String label, double left) {
        double end = left + SHARES + GAP + MEASURES;
        String shown = Lettering.cut(label, SMALL, 130);
        double next = x + 14 + Lettering.width(shown, SMALL) + 14;
        if (next > end) {
            return end;
        }
        picture.box(x, baseline - 9, 10, 10, fill);
        picture.text(x + 14, baseline, shown, SMALL, Anchor.START, Palette.INK);
        return next;
    }

    private static void labels(Picture.Builder picture, Row row, double left, double y) {
        double detail = Lettering.width(row.detail(), SMALL);
        String label = Lettering.cut(row.label(), NORMAL, LABELS - detail - 24);
        picture.text(MARGIN, y + 14, label, NORMAL, Anchor.START, Palette.INK)
                .text(left - 10, y + 14, row.detail(), SMALL, Anchor.END, Palette.FAINT);
    }

    private static void shares(Picture.Builder picture, Row row, double left, double y) {
        if (row.shares().isEmpty()) {
            picture.text(left, y + 14, "no labels", SMALL, Anchor.START, Palette.FAINT);
            return;
        }
        double x = left;
        double rest = 1;
        for (int kind = 0; kind < row.shares().size(); kind++) {
            double share = row.shares().get(kind);
            segment(picture, x, y, share, Palette.kind(kind));
            x += share * SHARES;
            rest -= share;
        }
        segment(picture, x, y, Math.max(0, rest), Palette.OTHER);
    }

    private static void segment(Picture.Builder picture, double x, double y, double share, String fill) {
        double width = share * SHARES;
        if (width < 0.05) {
            return;
        }
        // Half a pixel of white between segments that are wide enough for it.
        picture.box(x, y, width > 2 ? width - 0.5 : width, ROW - 3, fill);
        String text = percent(share);
        if (Lettering.width(text, SMALL) + 6 <= width) {
            picture.text(x + width / 2, y + 14, text, SMALL, Anchor.MIDDLE, Palette.textOn(fill));
        }
    }

    private static void measure(Picture.Builder picture, Row row, double left, double y) {
        if (row.measure().isEmpty()) {
            return;
        }
        double measure = row.measure().getAsDouble();
        double width = Math.min(1, Math.max(0, measure)) * MEASURES;
        picture.box(left, y + 3, Math.max(width, 1), ROW - 9, MEASURE_FILL);
        boolean inside = width > MEASURES - 20;
        picture.text(
                inside ? left + width - 5 : left + width + 5,
                y + 14,
                percent(measure),
                SMALL,
                inside ? Anchor.END : Anchor.START,
                inside ? Palette.WHITE : Palette.INK);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }
}
