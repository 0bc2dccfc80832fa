package org.crvqa.artifacts.gc;

import java.time.Duration;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;

/**
 * What a collection is to do.
 *
 * @param apply false: only say what would be removed
 * @param grace what is younger stays, unless a finished task left it; at least a minute
 * @param discard corrupt artifacts to remove although they are needed
 */
public record GarbageOptions(boolean apply, Duration grace, Set<ArtifactKey> discard) {
    /** Where none is given. */
    public static final Duration DEFAULT_GRACE = Duration.ofHours(24);

    private static final Duration LEAST_GRACE = Duration.ofMinutes(1);

    /** @throws InvalidInputException when the grace is too short */
    public GarbageOptions {
        discard = Set.copyOf(discard);
        if (grace.compareTo(LEAST_GRACE) < 0) {
            throw new InvalidInputException(
                    "The grace period is " + grace.toSeconds() + " s, expected at least a minute",
                    "Give a longer one; what is being written right now must not look like an orphan.");
        }
    }
}
