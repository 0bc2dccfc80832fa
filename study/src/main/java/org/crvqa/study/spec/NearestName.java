package org.crvqa.study.spec;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.crvqa.artifacts.EditDistance;

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
            int edits = EditDistance.of(given.toLowerCase(Locale.ROOT), name);
            if (edits < fewest && edits <= Math.max(1, name.length() / 3)) {
                fewest = edits;
                best = Optional.of(name);
            }
        }
        return best;
    }
}
