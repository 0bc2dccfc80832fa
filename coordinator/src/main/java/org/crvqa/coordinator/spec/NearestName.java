package org.crvqa.coordinator.spec;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds what a person probably meant. */
final class NearestName {
    private NearestName() {}

    /** "; did you mean 'x'? Allowed: a, b, c" or as much of it as there is to say. */
    static String hint(String given, Collection<String> allowed) {
        if (allowed.isEmpty()) {
            return "; there are none";
        }
        String meant = find(given, allowed)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse(".");
        return meant + " Allowed: " + String.join(", ", allowed);
    }

    /** The allowed name with the fewest edits, when they are few against its length. */
    static Optional<String> find(String given, Collection<String> allowed) {
        Optional<String> best = Optional.empty();
        int fewest = Integer.MAX_VALUE;
        for (String name : new TreeSet<>(allowed)) {
            int edits = distance(given.toLowerCase(Locale.ROOT), name);
            if (edits < fewest && edits <= Math.max(1, name.length() / 3)) {
                fewest = edits;
                best = Optional.of(name);
            }
        }
        return best;
    }

    /** Levenshtein distance, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
