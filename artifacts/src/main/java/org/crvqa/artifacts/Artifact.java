package org.crvqa.artifacts;

import java.nio.file.Path;
import java.util.Map;
import org.crvqa.artifact.v1.Manifest;

/** A committed artifact whose files are local and verified. Files must not be changed. */
public record Artifact(Manifest manifest, Map<String, Path> files) {
    public Artifact {
        files = Map.copyOf(files);
    }

    /** The local path of a file. @throws ArtifactCorruptException when the manifest has no such file */
    public Path file(String name) {
        Path path = files.get(name);
        if (path == null) {
            throw new ArtifactCorruptException(
                    "Artifact " + manifest.getKey() + " has no file " + name + " but " + files.keySet());
        }
        return path;
    }
}
