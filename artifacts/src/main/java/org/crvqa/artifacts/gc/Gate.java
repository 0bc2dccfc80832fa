package org.crvqa.artifacts.gc;

import java.util.function.BooleanSupplier;
import org.crvqa.artifacts.ArtifactKey;

/** Keeps new needs away from a removal: what an experiment began to need after {@link Needs} was found is not removed. */
@FunctionalInterface
public interface Gate {
    /** Nobody can begin to need anything. */
    Gate OPEN = (key, removal) -> removal.getAsBoolean();

    /** Runs the removal, and nothing new needs {@code key} before it is over; or returns false without running it. */
    boolean unlessNeeded(ArtifactKey key, BooleanSupplier removal);
}
