package org.crvqa.cli.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * How far a clock is from ours.
 *
 * @param ahead how much later theirs is; negative: earlier
 */
record ClockSkew(Duration ahead) {
    private static final Duration NOTABLE = Duration.ofSeconds(5);
    // The shortest grace of a collection of garbage: beyond it, young objects look old.
    private static final Duration HARMFUL = Duration.ofMinutes(1);

    /** Of an answer that was given between two instants of our clock. */
    static ClockSkew of(Instant asked, Instant theirs, Instant answered) {
        if (theirs.isBefore(asked)) {
            return new ClockSkew(Duration.between(asked, theirs));
        }
        return new ClockSkew(theirs.isAfter(answered) ? Duration.between(answered, theirs) : Duration.ZERO);
    }

    Check.Status status() {
        Duration size = ahead.abs();
        if (size.compareTo(HARMFUL) > 0) {
            return Check.Status.FAILED;
        }
        return size.compareTo(NOTABLE) > 0 ? Check.Status.WARNING : Check.Status.OK;
    }

    /** "0.0 s off", "600.0 s ahead", "7.5 s behind". */
    String words() {
        double seconds = Math.abs(ahead.toMillis()) / 1000.0;
        String how = status() == Check.Status.OK ? "off" : ahead.isNegative() ? "behind" : "ahead";
        return String.format(Locale.ROOT, "%.1f s %s", seconds, how);
    }
}
