package org.crvqa.cli.console;

import java.io.PrintStream;
import java.util.List;

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
    private List<String> shown = List.of();
    private boolean closed;

    /** A panel that shows nothing yet. */
    public LivePanel(Console console) {
        this.console = console;
    }

    /** Replaces the panel by these lines. Each is cut to the terminal's width. */
    public synchronized void show(List<String> lines) {
        if (!console.live() || closed) {
            return;
        }
        List<String> cut =
                lines.stream().map(l -> Style.cut(l, console.columns() - 1)).toList();
        draw("", cut);
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
        if (console.live() && !closed) {
            draw("", List.of());
            console.err().print(SHOW_CURSOR);
            console.err().flush();
        }
        closed = true;
    }

    // One write for all, so that the terminal does not flicker.
    private void draw(String above, List<String> lines) {
        StringBuilder text = new StringBuilder(HIDE_CURSOR).append('\r');
        text.append((LINE_UP + CLEAR_LINE).repeat(shown.size())).append(above);
        lines.forEach(line -> text.append(line).append('\n'));
        PrintStream err = console.err();
        err.print(text);
        err.flush();
        shown = lines;
    }
}
