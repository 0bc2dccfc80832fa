package org.crvqa.cli;

import java.util.List;
import java.util.Locale;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The most device time that somebody is willing to spend. */
final class HoursLimit {
    private static final double SECONDS_PER_HOUR = 3600;

    @Option(
            names = "--limit-hours",
            paramLabel = "H",
            description = "Refuse what would take more device-hours than so many, or nobody knows how many.")
    private @Nullable Double hours;

    /** Whether there is one. @throws InvalidInputException when it is no number of hours */
    boolean isSet() {
        if (hours != null && !(hours >= 0 && Double.isFinite(hours))) {
            throw new InvalidInputException("--limit-hours is " + hours + ", expected a number from 0", "Give hours.");
        }
        return hours != null;
    }

    /** Why the limit refuses a plan, a line each; none: it does not. */
    List<String> objections(PlanEstimate estimate) {
        if (!isSet() || hours == null) {
            return List.of();
        }
        double least = estimate.getDeviceSeconds() / SECONDS_PER_HOUR;
        if (least > hours) {
            return List.of(String.format(
                    Locale.ROOT,
                    "Refused: it would take %s%.2f device-hours, --limit-hours allows %s.",
                    estimate.getComplete() ? "" : "more than ",
                    least,
                    words(hours)));
        }
        if (!estimate.getComplete()) {
            return List.of(
                    "Refused: --limit-hours allows " + words(hours)
                            + " device-hours, and how many it would take is not known.",
                    "Give rates with --rates; 'crvqa bench' measures them. 'crvqa plan' shows which are missing.");
        }
        return List.of();
    }

    private static String words(double hours) {
        return hours == Math.rint(hours) ? String.format(Locale.ROOT, "%.0f", hours) : String.valueOf(hours);
    }
}
