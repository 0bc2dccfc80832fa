package org.crvqa.vqa.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.crvqa.artifacts.EditDistance;

/** Finds what a checkpoint may call a tensor that it lacks. */
final class NearestName {
    /** Comparing letters is slow; of more names than this only the first are compared. */
    private static final int MOST_COMPARED = 5000;

    private static final int LONGEST = 400;

    private NearestName() {}

    /** The name with the fewest other letters: one that is not used if it is close, else any. */
    static Optional<String> of(String wanted, Collection<String> unused, Collection<String> all) {
        return closest(wanted, unused)
                .filter(name -> EditDistance.of(wanted, name) <= wanted.length() / 3)
                .or(() -> closest(wanted, all));
    }

    private static Optional<String> closest(String wanted, Collection<String> names) {
        return names.stream()
                .filter(name -> name.length() <= LONGEST)
                .limit(MOST_COMPARED)
                .min(Comparator.comparingInt(name -> EditDistance.of(wanted, name)));
    }
}
