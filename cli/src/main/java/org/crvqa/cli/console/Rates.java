package org.crvqa.cli.console;

import java.time.Duration;
import java.util.Locale;

/** Speeds as people say them; a slow one is never "0". */
public final class Rates {
    private Rates() {}

    /** "1200/s", "4.2/s", "0.3/s"; below one in ten seconds "25 s each". The rate is positive. */
    public static String perSecond(double rate) {
        return rate < 0.1 ? seconds(1 / rate) + " each" : number(rate) + "/s";
    }

    /** "25 s/step", "2.5 s/step", "2 min 5 s/step". */
    public static String perStep(Duration step) {
        return seconds(step.toMillis() / 1000.0) + "/step";
    }

    /** A positive number with at least one digit that says something: "1200", "4.2", "0.3", "0.004". */
    public static String number(double value) {
        if (value >= 9.95) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return value >= 0.095 || value <= 0
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.1g", value);
    }

    private static String seconds(double seconds) {
        return seconds < 59.95
                ? number(seconds) + " s"
                : Durations.words(Duration.ofMillis(Math.round(seconds * 1000)));
    }
}
