package org.crvqa.cli.console;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Progress of one piece of work on this machine: a bar with the time left on a terminal, else a line at least every ten
 * seconds. Owned by one thread.
 */
public final class WorkBar implements AutoCloseable {
    private static final Duration PLAIN_EVERY = Duration.ofSeconds(10);
    private static final long DRAW_EVERY_MILLIS = 100;
    private static final int LABEL_COLUMNS = 28;
    private static final int BAR_COLUMNS = 30;

    private final Console console;
    private final InstantSource clock;
    private final LivePanel panel;
    private String label = "";
    private long startedMillis;
    private long shownMillis;

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
            label = newLabel;
            startedMillis = now;
        }
        long every = console.live() ? DRAW_EVERY_MILLIS : PLAIN_EVERY.toMillis();
        if (!newPhase && now - shownMillis < every) {
            return;
        }
        shownMillis = now;
        if (console.live()) {
            panel.show(List.of(line(done, total, now)));
        } else {
            console.say(line(done, total, now).stripTrailing());
        }
    }

    private String line(long done, long total, long now) {
        if (total <= 0) {
            return label + (done > 0 ? ": " + done : " ...");
        }
        double fraction = (double) done / total;
        String bar = console.live() ? Bar.of(fraction, BAR_COLUMNS) + " " : "";
        String padded = label + " ".repeat(Math.max(0, LABEL_COLUMNS - label.length()));
        return padded + " " + bar + Bar.percent(fraction) + "  " + timeLeft(fraction, now);
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
        panel.close();
    }
}
