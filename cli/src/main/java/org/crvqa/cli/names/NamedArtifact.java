package org.crvqa.cli.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.store.OpenStore;

/**
 * What a name stands for.
 *
 * @param manifest of what it stands for; empty: the artifact is gone
 */
public record NamedArtifact(String name, ArtifactKey key, Optional<Manifest> manifest) {
    /** All names of a kind, by name. A name that cannot be read is left out, with a warning in the log. */
    public static List<NamedArtifact> all(OpenStore store, Names.Kind kind) {
        List<NamedArtifact> all = new ArrayList<>();
        store.names()
                .list(kind)
                .forEach((name, key) ->
                        all.add(new NamedArtifact(name, key, store.artifacts().find(key))));
        return all;
    }
}
