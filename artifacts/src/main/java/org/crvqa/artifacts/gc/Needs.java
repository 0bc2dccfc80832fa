package org.crvqa.artifacts.gc;

import java.util.Collection;
import java.util.List;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.KeySet;

/**
 * What experiments need, as their plans say. Names, pins and the inputs of what is needed are found in the store.
 *
 * @param artifacts that experiments read or make, made or not
 * @param wanted tasks of experiments that were not cancelled: those whose artifacts the store lacks run or will run
 * @param unknown why the needs of some experiments are not known, for people: then no artifact and no task is removed
 */
public record Needs(KeySet artifacts, KeySet wanted, List<String> unknown) {
    public Needs {
        unknown = List.copyOf(unknown);
    }

    /** Of few experiments. */
    public Needs(Collection<ArtifactKey> artifacts, Collection<ArtifactKey> wanted, List<String> unknown) {
        this(KeySet.of(artifacts), KeySet.of(wanted), unknown);
    }
}
