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
 * @param artifact whether it is an artifact, with a manifest
 * @param objects that it has, and {@code bytes} in them
 * @param listed the objects; empty for what lies below {@code artifacts/}, which is listed again when it is removed
 */
record Garbage(
        GarbageKind kind,
        String name,
        Optional<ArtifactKey> key,
        boolean artifact,
        long objects,
        long bytes,
        List<StoredObject> listed,
        String reason) {
    /** What is removed by the names of its objects. */
    static Garbage of(
            GarbageKind kind, String name, Optional<ArtifactKey> key, List<StoredObject> listed, String reason) {
        long bytes = listed.stream().mapToLong(StoredObject::sizeBytes).sum();
        return new Garbage(kind, name, key, false, listed.size(), bytes, listed, reason);
    }

    GarbageItem item(boolean removed) {
        return GarbageItem.newBuilder()
                .setKind(kind)
                .setName(name)
                .setObjects(objects)
                .setSizeBytes(bytes)
                .setReason(reason)
                .setRemoved(removed)
                .build();
    }
}
