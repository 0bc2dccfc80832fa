package org.crvqa.cli.console;

/** A progress bar in one line of text. */
public final class Bar {
    private Bar() {}

    /** A bar of {@code width} columns with its brackets, filled to {@code fraction} (cut to [0, 1]). */
    public static String of(double fraction, int width) {
        int inner = width - 2;
        int filled = (int) Math.floor(Math.min(1, Math.max(0, fraction)) * inner + 1e-9);
        String head = filled > 0 && filled < inner ? "=".repeat(filled - 1) + ">" : "=".repeat(filled);
        return "[" + head + " ".repeat(inner - filled) + "]";
    }

    /** "44 %". */
    public static String percent(double fraction) {
        return "%3d %%".formatted((int) Math.floor(100 * Math.min(1, Math.max(0, fraction)) + 1e-9));
    }
}
