package org.crvqa.cli.chart;

import java.util.List;

/** Colours as {@code #rrggbb}. All can be told apart by colour-blind readers. */
final class Palette {
    static final String INK = "#1f2933";
    static final String FAINT = "#616e7c";
    static final String RULE = "#cbd2d9";
    static final String BLANK = "#e4e7eb";
    static final String WHITE = "#ffffff";

    /** Of Okabe and Ito (2008), without black. */
    private static final List<String> KINDS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442");

    /** The colour of what belongs to no kind. */
    static final String OTHER = "#d3d9e0";

    /** Viridis (van der Walt and Smith 2015) in tenths: perceptually uniform, from dark to light. */
    private static final int[] VIRIDIS = {
        0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26, 0xfde725
    };

    private Palette() {}

    /** How many kinds have a colour of their own. */
    static int kinds() {
        return KINDS.size();
    }

    /** The colour of a kind in [0, {@link #kinds()}). */
    static String kind(int kind) {
        return KINDS.get(kind);
    }

    /** The colour of a quantity, light for 0 and dark for 1; what lies outside is cut. */
    static String scale(double fraction) {
        double place = (1 - Math.min(1, Math.max(0, fraction))) * (VIRIDIS.length - 1);
        int low = Math.min((int) place, VIRIDIS.length - 2);
        int color = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = VIRIDIS[low] >> shift & 0xff;
            int to = VIRIDIS[low + 1] >> shift & 0xff;
            color |= (int) Math.round(from + (place - low) * (to - from)) << shift;
        }
        return "#%06x".formatted(color);
    }

    /** The colour of text on a background: the one of ink and white with the higher contrast (WCAG 2). */
    static String textOn(String background) {
        double luminance = luminance(background);
        double withInk = (luminance + 0.05) / (luminance(INK) + 0.05);
        double withWhite = 1.05 / (luminance + 0.05);
        return withInk >= withWhite ? INK : WHITE;
    }

    private static double luminance(String color) {
        int rgb = Integer.parseInt(color.substring(1), 16);
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
