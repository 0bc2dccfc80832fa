package org.crvqa.artifacts.gc;

import java.util.function.Predicate;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.Tombstones;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;

/** Removes artifacts against readers and writers; {@link Tombstones} says how. Whoever dies midway is finished later. */
final class Removal {
    private final ObjectStore store;
    private final Pins pins;
    private final Tombstones tombstones;

    Removal(ObjectStore store) {
        this.store = store;
        this.pins = new Pins(store);
        this.tombstones = new Tombstones(store);
    }

    /**
     * Removes the artifact, or files that have no manifest. False: somebody holds it, it is as it was.
     *
     * @param named whether a name that is kept in the store stands for the key; asked when no reader sees it any more
     */
    boolean remove(ArtifactKey key, Predicate<ArtifactKey> named) {
        tombstones.raise(key);
        return finish(key, named);
    }

    /** Goes on where a collector died: what is needed comes back, what was decided is completed. */
    boolean resume(ArtifactKey key, Predicate<ArtifactKey> needed) {
        if (store.exists(ArtifactLayout.manifest(key))) {
            tombstones.clear(key);
            return false;
        }
        return finish(key, needed);
    }

    private boolean finish(ArtifactKey key, Predicate<ArtifactKey> needed) {
        boolean removable = tombstones.condemned(key)
                || (!pins.held(key, store.storeTime()) && !needed.test(key) && tombstones.condemn(key));
        String manifest = ArtifactLayout.manifest(key);
        // A manifest that is there nevertheless belongs to a writer of an older version, which does not pin.
        if (!removable || store.exists(manifest)) {
            tombstones.restore(key);
            return false;
        }
        for (StoredObject object : store.entries("artifacts/" + key + "/")) {
            store.delete(object.name());
        }
        tombstones.clear(key);
        return true;
    }

    /** Whether a dataset or model is called by this key now. */
    static Predicate<ArtifactKey> named(ObjectStore store) {
        Names names = new Names(store);
        return key -> {
            for (Names.Kind kind : Names.Kind.values()) {
                if (names.list(kind).containsValue(key)) {
                    return true;
                }
            }
            return false;
        };
    }
}
