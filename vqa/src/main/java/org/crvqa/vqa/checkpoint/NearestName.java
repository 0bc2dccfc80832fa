package org.crvqa.vqa.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a checkpoint may call a tensor that it lacks. */
final class NearestName {
    /** Comparing letters is slow; of more names than this only the first are compared. */
    private static final int MOST_COMPARED = 5000;

    private static final int LONGEST = 400;

    private NearestName() {}

    /** The name with the fewest other letters: one that is not used if it is close, else any. */
    static Optional<String> of(String wanted, Collection<String> unused, Collection<String> all) {
        return closest(wanted, unused)
                .filter(name -> distance(wanted, name) <= wanted.length() / 3)
                .or(() -> closest(wanted, all));
    }

    private static Optional<String> closest(String wanted, Collection<String> names) {
        return names.stream()
                .filter(name -> name.length() <= LONGEST)
                .limit(MOST_COMPARED)
                .min(Comparator.comparingInt(name -> distance(wanted, name)));
    }

    /** Levenshtein's: how many letters to insert, leave out or change. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
