package org.crvqa.artifacts.gc;

import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Manifests;
import org.crvqa.artifacts.store.ObjectStore;

/** Datasets and models: no task can make them again. */
final class Imports {
    private Imports() {}

    static boolean is(Manifest manifest) {
        return manifest.getSpec().hasDataset() || manifest.getSpec().hasModel();
    }

    /** Whether the artifact is an import, or cannot be read. */
    static boolean mayBe(ObjectStore store, ArtifactKey key) {
        try {
            return store.read(ArtifactLayout.manifest(key), Manifests.MOST_BYTES)
                    .map(stored -> mayBe(key, stored))
                    .orElse(true);
        } catch (ArtifactCorruptException e) {
            return true;
        }
    }

    /** Whether a stored manifest is that of an import, or cannot be read. */
    static boolean mayBe(ArtifactKey key, byte[] stored) {
        try {
            return is(Manifests.decode(key, stored));
        } catch (ArtifactCorruptException e) {
            return true;
        }
    }
}
