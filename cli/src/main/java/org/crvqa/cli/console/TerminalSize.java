package org.crvqa.cli.console;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How large the terminal is, in characters. It may be resized at any time, and whoever draws hears of it. Thread-safe. */
public final class TerminalSize {
    private static final int USUAL_COLUMNS = 100;
    private static final int USUAL_ROWS = 40;

    /** Below this nothing can be laid out. */
    private static final int LEAST = 10;

    private static final Pattern STTY = Pattern.compile("\\s*([0-9]{1,5}) ([0-9]{1,5})\\s*");

    private final Supplier<Optional<Cells>> ask;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile Cells cells;

    /**
     * A size at one moment.
     *
     * @param columns characters in a line
     * @param rows lines
     */
    public record Cells(int columns, int rows) {
        /** Not smaller than anything can be laid out in. */
        public Cells {
            columns = Math.max(LEAST, columns);
            rows = Math.max(LEAST, rows);
        }

        /** From what {@code stty size} prints: "40 100"; empty when it is something else, or the terminal does not know. */
        static Optional<Cells> ofStty(String text) {
            Matcher matcher = STTY.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            int rows = Integer.parseInt(matcher.group(1));
            int columns = Integer.parseInt(matcher.group(2));
            return rows == 0 || columns == 0 ? Optional.empty() : Optional.of(new Cells(columns, rows));
        }
    }

    private TerminalSize(Cells first, Supplier<Optional<Cells>> ask) {
        this.cells = first;
        this.ask = ask;
    }

    /** One that never changes. */
    public static TerminalSize fixed(int columns, int rows) {
        return new TerminalSize(new Cells(columns, rows), Optional::empty);
    }

    /** One that {@code ask} tells whenever {@link #look} is called; {@code first}: what stty said before, or nothing. */
    static TerminalSize asked(String first, Supplier<Optional<Cells>> ask) {
        return new TerminalSize(Cells.ofStty(first).orElse(new Cells(USUAL_COLUMNS, USUAL_ROWS)), ask);
    }

    /** Characters in a line now. */
    public int columns() {
        return cells.columns();
    }

    /** Lines now. */
    public int rows() {
        return cells.rows();
    }

    /** Asks how large the terminal is, and tells the followers when that has changed. */
    void look() {
        boolean changed;
        synchronized (this) {
            Cells before = cells;
            ask.get().ifPresent(now -> cells = now);
            changed = !cells.equals(before);
        }
        if (changed) {
            followers.forEach(Runnable::run);
        }
    }

    /** {@code resized} is called, in another thread, after each change until {@link #leave}. */
    void follow(Runnable resized) {
        followers.add(resized);
    }

    /** Ends {@link #follow}. */
    void leave(Runnable resized) {
        followers.remove(resized);
    }
}
