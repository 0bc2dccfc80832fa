package org.crvqa.artifacts;

import java.util.Optional;
import java.util.SortedMap;
import org.crvqa.artifacts.store.ObjectStore;

/** Human names of datasets and models: {@code names/<kind>/<name>} holds a key. Thread-safe. */
public final class Names {
    /** What a name can stand for. */
    public enum Kind {
        DATASET("datasets"),
        MODEL("models");

        private final String folder;

        Kind(String folder) {
            this.folder = folder;
        }

        /** The folder below names/. */
        public String folder() {
            return folder;
        }
    }

    public Names(ObjectStore store) {}

    /** The key that a name stands for, or the key itself when {@code nameOrKey} is one. */
    public Optional<ArtifactKey> resolve(Kind kind, String nameOrKey) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * Gives a name to a key. Naming the same key again is fine.
     *
     * @throws InvalidInputException when the name is malformed, or taken by another key and not {@code replace}
     */
    public void assign(Kind kind, String name, ArtifactKey key, boolean replace) {
        throw new UnsupportedOperationException("being written");
    }

    /** All names of a kind with their keys. */
    public SortedMap<String, ArtifactKey> list(Kind kind) {
        throw new UnsupportedOperationException("being written");
    }
}
