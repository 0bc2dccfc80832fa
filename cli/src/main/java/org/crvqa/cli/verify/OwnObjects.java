package org.crvqa.cli.verify;

import java.util.LinkedHashSet;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.ObjectStore;

/** What the proof's tasks leave in the store. Their keys are nobody else's. */
final class OwnObjects {
    private final ObjectStore store;
    private final boolean keep;
    private final Set<ArtifactKey> keys = new LinkedHashSet<>();

    OwnObjects(ObjectStore store, boolean keep) {
        this.store = store;
        this.keep = keep;
    }

    void add(ArtifactKey key) {
        keys.add(key);
    }

    /** Removes results, states and attempts; the manifests first, so that no artifact is there without its files. */
    void remove() {
        if (keep) {
            return;
        }
        for (ArtifactKey key : keys) {
            store.delete("artifacts/" + key.hex() + "/manifest.json");
            store.list("artifacts/" + key.hex() + "/").forEach(store::delete);
            store.list("tasks/" + key.hex() + "/").forEach(store::delete);
        }
    }
}
