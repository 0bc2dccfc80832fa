package org.crvqa.artifacts.gc;

import java.util.List;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;

/**
 * What experiments need, as their plans say. Names, pins and the inputs of what is needed are found in the store.
 *
 * @param artifacts that experiments read or make, made or not
 * @param unfinished tasks that run or will run
 * @param unknown why the needs of some experiments are not known, for people: then no artifact and no task is removed
 */
public record Needs(Set<ArtifactKey> artifacts, Set<ArtifactKey> unfinished, List<String> unknown) {
    public Needs {
        artifacts = Set.copyOf(artifacts);
        unfinished = Set.copyOf(unfinished);
        unknown = List.copyOf(unknown);
    }
}
