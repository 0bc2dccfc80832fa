package org.crvqa.artifacts;

import java.nio.file.Path;
import org.crvqa.artifact.v1.Manifest;

/**
 * An artifact being written: files first into a local folder, then at commit to the store, and the manifest last by
 * create-if-absent. Owned by one thread.
 */
public final class ArtifactDraft implements AutoCloseable {
    ArtifactDraft() {}

    /** The key of the artifact. */
    public ArtifactKey key() {
        throw new UnsupportedOperationException("being written");
    }

    /** Where to write the file of this name; its folder exists. */
    public Path file(String name) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * Uploads all files written so far and creates the manifest. {@code details} gives input keys, metrics, summary and
     * producer; key, spec and files are set here. When another writer committed first, that manifest is returned.
     */
    public Manifest commit(Manifest details) {
        throw new UnsupportedOperationException("being written");
    }

    /** Removes the local folder. */
    @Override
    public void close() {}
}
