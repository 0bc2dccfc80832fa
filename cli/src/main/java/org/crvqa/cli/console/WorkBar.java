package org.crvqa.cli.console;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Progress of one piece of work on this machine: a bar with the time left on a terminal, else a line at least every ten
 * seconds. Owned by one thread.
 */
public final class WorkBar implements AutoCloseable {
    private static final Duration PLAIN_EVERY = Duration.ofSeconds(10);
    private static final long DRAW_EVERY_MILLIS = 100;
    private static final int LABEL_COLUMNS = 28;
    private static final int BAR_COLUMNS = 30;
    private static final int LEAST_BAR_COLUMNS = 8;

    /** Of "100 %  10:00:00 left". */
    private static final int WORDS_COLUMNS = 20;

    private final Console console;
    private final InstantSource clock;
    private final LivePanel panel;
    private String label = "";
    private long startedMillis;
    private long shownMillis;
    private long latest;
    private boolean totalKnown;
    private double fraction;

    /** What was told last. */
    private boolean shown = true;

    /** Nothing is shown before the first {@link #update}. */
    public WorkBar(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
        this.panel = new LivePanel(console);
    }

    /** {@code done} of {@code total} of the phase named {@code label}; a total of 0 means not known. */
    public void update(String newLabel, long done, long total) {
        long now = clock.millis();
        boolean newPhase = !newLabel.equals(label);
        if (newPhase) {
            finish();
            label = newLabel;
            startedMillis = now;
            fraction = 0;
        }
        latest = done;
        totalKnown = total > 0;
        // Work that is tried again, or turns out to be more, does not go back.
        fraction = totalKnown ? Math.max(fraction, Math.min(1, (double) done / total)) : 0;
        shown = false;
        long every = console.live() ? DRAW_EVERY_MILLIS : PLAIN_EVERY.toMillis();
        if (newPhase || now - shownMillis >= every) {
            show(now);
        }
    }

    private void show(long now) {
        shownMillis = now;
        shown = true;
        String left = timeLeft(fraction, now);
        if (!totalKnown) {
            String counted = label + (latest > 0 ? ": " + latest : " ...");
            tell(columns -> counted, counted);
        } else {
            String what = label;
            double reached = fraction;
            tell(
                    columns -> line(what, reached, left, columns),
                    (pad(what, LABEL_COLUMNS) + " " + Bar.percent(reached) + "  " + left).stripTrailing());
        }
    }

    private void tell(IntFunction<String> layout, String plain) {
        if (console.live()) {
            panel.show(columns -> List.of(layout.apply(columns)));
        } else {
            console.say(plain);
        }
    }

    /** Of a phase that came to its end elsewhere than on a terminal the last line says so. */
    private void finish() {
        if (!console.live() && !shown && fraction >= 1) {
            show(clock.millis());
        }
    }

    /** The bar gives way first, then the label. */
    private static String line(String label, double fraction, String left, int columns) {
        String words = Bar.percent(fraction) + "  " + left;
        // As if there were a time left, so that nothing jumps.
        int room = columns - Math.max(words.length(), WORDS_COLUMNS) - 1;
        int bar = Math.min(BAR_COLUMNS, room - Math.max(label.length(), LABEL_COLUMNS) - 1);
        if (bar >= LEAST_BAR_COLUMNS) {
            return pad(label, LABEL_COLUMNS) + " " + Bar.of(fraction, bar) + " " + words;
        }
        return pad(Style.cutMiddle(label, room), Math.min(room, LABEL_COLUMNS)) + " " + words;
    }

    private static String pad(String label, int columns) {
        return label + " ".repeat(Math.max(0, columns - label.length()));
    }

    private String timeLeft(double fraction, long now) {
        long elapsed = now - startedMillis;
        if (fraction <= 0 || fraction >= 1 || elapsed < 1000) {
            return "";
        }
        return Durations.clock(Duration.ofMillis((long) (elapsed * (1 - fraction) / fraction))) + " left";
    }

    @Override
    public void close() {
        finish();
        panel.close();
    }
}
