package org.crvqa.artifacts.gc;

import java.nio.file.Path;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Manifests;
import org.crvqa.artifacts.StoredFiles;
import org.crvqa.artifacts.store.ObjectStore;

/** Refuses to discard what cannot be made again, and what is as it should be. */
final class Discards {
    private final ObjectStore store;
    private final Path scratch;

    Discards(ObjectStore store, Path scratch) {
        this.store = store;
        this.scratch = scratch;
    }

    /** @throws InvalidInputException when this artifact is not to be discarded */
    void check(ArtifactKey key, Needs needs) {
        Manifest manifest;
        try {
            manifest = store.read(ArtifactLayout.manifest(key), Manifests.MOST_BYTES)
                    .map(stored -> Manifests.decode(key, stored))
                    .orElseThrow(
                            () -> new InvalidInputException(
                                    "There is no artifact " + key + " in " + store.location(),
                                    "Check the key behind --discard; 'crvqa provenance KEY' names corrupt artifacts by theirs."));
        } catch (ArtifactCorruptException e) {
            if (!needs.artifacts().contains(key)) {
                throw new InvalidInputException(
                        e.getMessage() + ", and no experiment has a task of this key that could make it again",
                        "If it was a dataset or a model, import it again with 'crvqa data import' or 'crvqa model import'.",
                        e);
            }
            return;
        }
        if (Imports.is(manifest)) {
            throw new InvalidInputException(
                    "Artifact " + key + " is an import, which no task can make again",
                    "Import it again from its source files under another name: 'crvqa data import' or 'crvqa model import'.");
        }
        if (mismatch(key, manifest).isEmpty()) {
            throw new InvalidInputException(
                    "Artifact " + key + " is not corrupt: all its files are as its manifest says",
                    "Only corrupt artifacts are discarded; 'crvqa provenance' finds them.");
        }
    }

    private Optional<String> mismatch(ArtifactKey key, Manifest manifest) {
        StoredFiles files = new StoredFiles(store, scratch);
        for (FileEntry entry : manifest.getFilesList()) {
            Optional<String> what = files.mismatch(key, entry);
            if (what.isPresent()) {
                return what;
            }
        }
        return Optional.empty();
    }
}
