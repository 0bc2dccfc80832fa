package org.crvqa.study.spec;

import java.util.Optional;

/**
 * One thing that is wrong in an experiment.
 *
 * @param path of the key, such as {@code subnetworks[0].losses[1]}; empty for the whole document
 * @param position in the file; empty when the experiment did not come as YAML
 * @param message what was found, what is allowed, what to do
 * @param kind which status it leads to when it stands alone
 */
public record Violation(String path, Optional<Position> position, String message, Kind kind) {
    /** Why an experiment is refused. */
    public enum Kind {
        /** It contradicts the rules of experiments. */
        INVALID,
        /** It names a dataset or a model that is not in the store. */
        NOT_FOUND
    }

    /** The message with its position and key, for people. */
    public String description() {
        String where = position.map(at -> at + ": ").orElse("");
        return path.isEmpty() ? where + message : where + path + ": " + message;
    }
}
