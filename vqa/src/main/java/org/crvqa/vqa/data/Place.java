package org.crvqa.vqa.data;

import java.nio.file.Path;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Where something stands in a source file, for messages.
 *
 * @param at such as "line 5"
 */
record Place(Path file, String at) {
    /** What to do about an image whose numbers do not fit together. */
    static final String REPLACE = "Give the complete file; this part of it may be cut or damaged.";

    /** An error at this place. */
    InvalidInputException invalid(String problem, String advice) {
        return new InvalidInputException(this + ": " + problem, advice);
    }

    @Override
    public String toString() {
        return file + ", " + at;
    }
}
