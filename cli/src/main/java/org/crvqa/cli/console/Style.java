package org.crvqa.cli.console;

/** Colours of text, where they are allowed. */
public enum Style {
    BOLD("1"),
    DIM("2"),
    GOOD("32"),
    WARNING("33"),
    BAD("31"),
    ACTIVE("36");

    private static final String RESET = "\u001b[0m";

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text in this style, or unchanged. */
    public String apply(String text, boolean color) {
        return color && !text.isEmpty() ? "\u001b[" + code + "m" + text + RESET : text;
    }

    /** How many columns the text takes: without colour codes. All characters used here are one column wide. */
    public static int width(String text) {
        return text.replaceAll("\u001b\\[[0-9;]*m", "").length();
    }

    /** The text cut to so many columns, colour codes kept and ended. */
    public static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length() && used < columns - 1; i++) {
            char c = text.charAt(i);
            if (c == '\u001b') {
                int end = text.indexOf('m', i);
                cut.append(text, i, end + 1);
                i = end;
            } else {
                cut.append(c);
                used++;
            }
        }
        return cut.append('…').append(text.indexOf('\u001b') >= 0 ? RESET : "").toString();
    }

    /** Text without colours cut to so many columns, in its middle: how labels begin and end tells them apart. */
    public static String cutMiddle(String text, int columns) {
        if (text.length() <= columns) {
            return text;
        }
        if (columns < 2) {
            return "…".substring(0, Math.max(0, columns));
        }
        int end = (columns - 1) * 2 / 5;
        return text.substring(0, columns - 1 - end) + "…" + text.substring(text.length() - end);
    }
}
