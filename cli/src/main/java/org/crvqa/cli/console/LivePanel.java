package org.crvqa.cli.console;

import java.io.PrintStream;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The last lines of a terminal, drawn again and again. Other messages go above it through {@link #message}. Does
 * nothing but print messages where the console is not live. Thread-safe.
 */
public final class LivePanel implements AutoCloseable {
    private static final String LINE_UP = "\u001b[1A";
    private static final String CLEAR_LINE = "\u001b[2K";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private final Console console;
    private final Runnable resized = this::resized;
    private IntFunction<List<String>> layout = columns -> List.of();
    private List<String> shown = List.of();
    private int shownColumns;
    private boolean closed;

    /** A panel that shows nothing yet. */
    public LivePanel(Console console) {
        this.console = console;
        if (console.live()) {
            console.terminal().follow(resized);
        }
    }

    /** As {@link #show(IntFunction)}, the same lines however wide the terminal is. */
    public void show(List<String> lines) {
        show(columns -> lines);
    }

    /**
     * Replaces the panel by the lines that {@code newLayout} gives for a width in characters, now and, until the next
     * call, whenever the terminal is resized. A line that is wider nevertheless is cut, and what is lower than the terminal
     * is left out.
     */
    public synchronized void show(IntFunction<List<String>> newLayout) {
        if (!console.live() || closed) {
            return;
        }
        layout = newLayout;
        draw("", laidOut());
    }

    private synchronized void resized() {
        if (!closed && !shown.isEmpty()) {
            draw("", laidOut());
        }
    }

    /** The last column stays free: some terminals go on in the next line as soon as it is written. */
    private List<String> laidOut() {
        int columns = console.columns() - 1;
        return layout.apply(columns).stream()
                .limit(console.rows() - 1L)
                .map(line -> Style.cut(line, columns))
                .toList();
    }

    /** Prints a line above the panel. */
    public synchronized void message(String line) {
        if (!console.live() || closed) {
            console.say(line);
        } else {
            draw(line + "\n", shown);
        }
    }

    /** Removes the panel. */
    @Override
    public synchronized void close() {
        console.terminal().leave(resized);
        if (console.live() && !closed) {
            draw("", List.of());
            console.err().print(SHOW_CURSOR);
            console.err().flush();
        }
        closed = true;
    }

    // One write for all, so that the terminal does not flicker.
    private void draw(String above, List<String> lines) {
        StringBuilder text = new StringBuilder(HIDE_CURSOR).append('\r').append(CLEAR_LINE);
        text.append((LINE_UP + CLEAR_LINE).repeat(rowsShown())).append(above);
        lines.forEach(line -> text.append(line).append('\n'));
        PrintStream err = console.err();
        err.print(text);
        err.flush();
        shown = lines;
        shownColumns = console.columns();
    }

    /** A terminal that was made narrower since has broken lines that were wider. */
    private int rowsShown() {
        int columns = console.columns();
        return columns >= shownColumns
                ? shown.size()
                : shown.stream()
                        .mapToInt(line -> Math.max(1, (Style.width(line) + columns - 1) / columns))
                        .sum();
    }
}
