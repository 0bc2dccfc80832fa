package org.crvqa.artifacts;

import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifacts.store.ObjectName;

/** Where the parts of an artifact lie in a store. */
public final class ArtifactLayout {
    private ArtifactLayout() {}

    public static String manifest(ArtifactKey key) {
        return "artifacts/" + key + "/manifest.json";
    }

    /** The digest in the name keeps a late writer of other bytes away from a committed file. */
    public static String file(ArtifactKey key, FileEntry entry) {
        return ObjectName.check("artifacts/" + key + "/" + entry.getSha256() + "/" + entry.getName());
    }
}
