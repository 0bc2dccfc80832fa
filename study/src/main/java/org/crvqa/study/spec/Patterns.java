package org.crvqa.study.spec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.task.v1.NmPattern;

/** Patterns of structured masks as experiment files write them. */
public final class Patterns {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,2}):([1-9][0-9]{0,2})");

    private Patterns() {}

    /** "2:4" keeps 2 of every 4 neighbours; empty for everything that is no pattern or would keep all. */
    public static Optional<NmPattern> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        NmPattern pattern = NmPattern.newBuilder()
                .setKeep(Integer.parseInt(matcher.group(1)))
                .setOf(Integer.parseInt(matcher.group(2)))
                .build();
        return pattern.getKeep() < pattern.getOf() ? Optional.of(pattern) : Optional.empty();
    }

    /** Its fraction of zeros. */
    public static double rate(NmPattern pattern) {
        return (pattern.getOf() - pattern.getKeep()) / (double) pattern.getOf();
    }
}
