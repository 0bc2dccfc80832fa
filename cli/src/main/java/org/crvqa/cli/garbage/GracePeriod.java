package org.crvqa.cli.garbage;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.InvalidInputException;

/** A length of time as people write it: "24h", "90m", "7d". */
public final class GracePeriod {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})([mhd])");

    private GracePeriod() {}

    /** The time that a text says. @throws InvalidInputException when it is none */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidInputException(
                    "--grace is \"" + text + "\", expected minutes, hours or days as in 90m, 24h or 7d",
                    "Write a whole number and one of m, h and d.");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
