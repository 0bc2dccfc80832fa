package org.crvqa.artifacts.gc;

import java.util.List;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.StoredObject;
import org.crvqa.coordinator.v1.GarbageItem;
import org.crvqa.coordinator.v1.GarbageKind;

/**
 * One thing to be removed as a whole.
 *
 * @param name of the object, or the prefix of all of them
 * @param key whose it is, where it is anybody's
 */
record Garbage(GarbageKind kind, String name, Optional<ArtifactKey> key, List<StoredObject> objects, String reason) {
    GarbageItem item(boolean removed) {
        return GarbageItem.newBuilder()
                .setKind(kind)
                .setName(name)
                .setObjects(objects.size())
                .setSizeBytes(
                        objects.stream().mapToLong(StoredObject::sizeBytes).sum())
                .setReason(reason)
                .setRemoved(removed)
                .build();
    }
}
