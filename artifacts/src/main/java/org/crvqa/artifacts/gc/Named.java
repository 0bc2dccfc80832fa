package org.crvqa.artifacts.gc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * What has a name at a moment.
 *
 * @param keys that names stand for
 * @param unreadable names of which nobody knows what they stand for, for people: any dataset or model may be meant
 */
record Named(Set<ArtifactKey> keys, List<String> unreadable) {
    static Named in(ObjectStore store) {
        Names names = new Names(store);
        Set<ArtifactKey> keys = new HashSet<>();
        List<String> unreadable = new ArrayList<>();
        for (Names.Kind kind : Names.Kind.values()) {
            names.list(kind, unreadable::add).values().forEach(keys::add);
        }
        return new Named(keys, unreadable);
    }
}
