package org.crvqa.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/**
 * Where a command writes: results to {@code out}, which programs may read, all else to {@code err}.
 *
 * @param out results
 * @param err messages and progress
 * @param live whether {@code err} is a terminal on which lines can be redrawn
 * @param outColor whether results may be coloured
 * @param errColor whether messages may be coloured
 * @param outTerminal whether results go to a terminal
 * @param terminal how large the terminal is
 */
public record Console(
        PrintStream out,
        PrintStream err,
        boolean live,
        boolean outColor,
        boolean errColor,
        boolean outTerminal,
        TerminalSize terminal) {
    /** Of tables in a file, whatever the terminal is like from which the command was started. */
    private static final int FILE_COLUMNS = 100;

    /**
     * The process's own streams. The launcher says in system properties whether they are terminals, since a JVM cannot
     * find out on all versions. NO_COLOR (any value) and TERM=dumb are kept.
     */
    public static Console ofProcess(Map<String, String> environment, Properties properties) {
        boolean smart = !"dumb".equals(environment.get("TERM"));
        boolean color = smart && environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean outTerminal = Boolean.parseBoolean(properties.getProperty("crvqa.terminal.out"));
        boolean errTerminal = Boolean.parseBoolean(properties.getProperty("crvqa.terminal.err"));
        boolean live = errTerminal && smart;
        TerminalSize terminal =
                TerminalSize.asked(properties.getProperty("crvqa.terminal.size", ""), ResizeSignals::size);
        if (live) {
            ResizeSignals.hear(terminal::look);
        }
        return new Console(
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                live,
                outTerminal && color,
                errTerminal && color,
                outTerminal,
                terminal);
    }

    /** Characters in a line of the terminal now. */
    public int columns() {
        return terminal.columns();
    }

    /** Characters in a line of tables: as many as the terminal has now, or the same always where they go elsewhere. */
    public int resultColumns() {
        return outTerminal ? terminal.columns() : FILE_COLUMNS;
    }

    /** Lines of the terminal now. */
    public int rows() {
        return terminal.rows();
    }

    /** One line of results. */
    public void print(String line) {
        out.println(line);
    }

    /** One line for people, beside the results. */
    public void say(String line) {
        err.println(line);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
