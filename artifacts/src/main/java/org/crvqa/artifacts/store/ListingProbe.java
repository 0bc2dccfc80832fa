package org.crvqa.artifacts.store;

import java.nio.charset.StandardCharsets;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Finds out whether a listing shows an object that has just been written. The collector of garbage, which lists the pins
 * once more before it deletes, and attempts that look for saved states rest on it.
 */
final class ListingProbe {
    private ListingProbe() {}

    /**
     * Writes the object {@code name}, which must be new, and removes it afterwards.
     *
     * @throws InvalidInputException when the listing lacks it
     */
    static void run(ObjectStore store, String name) {
        store.put(name, "probe".getBytes(StandardCharsets.UTF_8));
        boolean listed = store.list(name).contains(name);
        store.delete(name);
        if (!listed) {
            throw new InvalidInputException(
                    "The object store " + store.location() + " lists an object late: one that had been written was not"
                            + " in the next listing, on which the removal of garbage and the resume of tasks rest",
                    "Use a store whose listings are consistent (those of AWS S3 are).");
        }
    }
}
