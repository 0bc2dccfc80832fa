package org.crvqa.artifacts;

import java.nio.file.Path;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.task.v1.TaskSpec;

/** Artifacts of one object store. An artifact exists if and only if its manifest does. Thread-safe. */
public final class ArtifactRepository {
    /**
     * {@code cacheDirectory} holds verified copies of remote files and the files of drafts; it is created when absent.
     * The store stays the caller's to close.
     */
    public ArtifactRepository(ObjectStore store, Path cacheDirectory) {}

    /** The manifest, when the artifact exists. @throws ArtifactCorruptException when it does not parse or match */
    public Optional<Manifest> find(ArtifactKey key) {
        throw new UnsupportedOperationException("being written");
    }

    /** The manifest. @throws InvalidInputException when there is no such artifact */
    public Manifest require(ArtifactKey key) {
        throw new UnsupportedOperationException("being written");
    }

    /**
     * The artifact with all files local and verified against their digests.
     *
     * @throws InvalidInputException when there is no such artifact
     * @throws ArtifactCorruptException when bytes do not match
     */
    public Artifact open(ArtifactKey key) {
        throw new UnsupportedOperationException("being written");
    }

    /** Starts to write the artifact of {@code spec}. Close it in any case; without commit nothing becomes visible. */
    public ArtifactDraft draft(TaskSpec spec) {
        throw new UnsupportedOperationException("being written");
    }
}
