package org.crvqa.cli.chart;

/**
 * How wide text is about, without fonts: the machine that draws need not have any, and the one that shows the picture
 * has its own. The estimates are those of DejaVu Sans, wider than the other sans-serif fonts that are asked for.
 */
final class Lettering {
    private static final String NARROW = "ijlI.,:;'|!()[]/- ";
    private static final String WIDE = "mwMW@%";

    private Lettering() {}

    /** Width of a text in pixels at a font size in pixels. */
    static double width(String text, double size) {
        return text.codePoints().mapToDouble(Lettering::ems).sum() * size;
    }

    private static double ems(int character) {
        if (NARROW.indexOf(character) >= 0) {
            return 0.36;
        }
        if (WIDE.indexOf(character) >= 0) {
            return 0.97;
        }
        return Character.isUpperCase(character) ? 0.70 : character < 0x2e80 ? 0.62 : 1;
    }

    /** The text, cut to a width where it is wider; empty when not even one character fits. */
    static String cut(String text, double size, double width) {
        if (width(text, size) <= width) {
            return text;
        }
        int[] characters = text.codePoints().toArray();
        for (int length = characters.length - 1; length > 0; length--) {
            String cut = new String(characters, 0, length).stripTrailing() + "…";
            if (width(cut, size) <= width) {
                return cut;
            }
        }
        return "";
    }
}
