package org.crvqa.artifacts;

import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifacts.store.ObjectName;

/** Where the parts of an artifact lie in a store. */
public final class ArtifactLayout {
    /** Below it lie all artifacts, each in a folder of its own. */
    public static final String FOLDER = "artifacts/";

    /** The manifest's name in that folder. */
    public static final String MANIFEST = "manifest.json";

    private ArtifactLayout() {}

    /** Below it lies everything of an artifact. */
    public static String folder(ArtifactKey key) {
        return FOLDER + key + "/";
    }

    public static String manifest(ArtifactKey key) {
        return folder(key) + MANIFEST;
    }

    /** The digest in the name keeps a late writer of other bytes away from a committed file. */
    public static String file(ArtifactKey key, FileEntry entry) {
        return ObjectName.check(folder(key) + entry.getSha256() + "/" + entry.getName());
    }
}
