package org.crvqa.artifacts;

import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifacts.store.ObjectName;

/** Where the parts of an artifact lie in a store. */
public final class ArtifactLayout {
    private ArtifactLayout() {}

    /** Below it lies everything of an artifact. */
    public static String folder(ArtifactKey key) {
        return "artifacts/" + key + "/";
    }

    public static String manifest(ArtifactKey key) {
        return folder(key) + "manifest.json";
    }

    /** The digest in the name keeps a late writer of other bytes away from a committed file. */
    public static String file(ArtifactKey key, FileEntry entry) {
        return ObjectName.check(folder(key) + entry.getSha256() + "/" + entry.getName());
    }
}
