package org.crvqa.cli.console;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A console that remembers what was written to it. */
public final class CapturedConsole {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** The console itself; without colours. */
    public Console console(boolean live, int columns) {
        return console(live, TerminalSize.fixed(columns, 50));
    }

    /** On a terminal that may be resized. */
    public Console console(boolean live, TerminalSize terminal) {
        return new Console(stream(out), stream(err), live, false, false, live, terminal);
    }

    /** Not a terminal. */
    public Console console() {
        return console(false, 100);
    }

    /** Results so far. */
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Messages so far. */
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
