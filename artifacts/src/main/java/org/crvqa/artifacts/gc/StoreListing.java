package org.crvqa.artifacts.gc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;

/** Objects of {@code <folder>/<key>/...} by key; what lies elsewhere in the folder is nobody's business here. */
record StoreListing(Map<ArtifactKey, List<StoredObject>> byKey) {
    static StoreListing of(ObjectStore store, String folder) {
        Map<ArtifactKey, List<StoredObject>> byKey = new TreeMap<>();
        for (StoredObject object : store.entries(folder)) {
            String rest = object.name().substring(folder.length());
            int end = rest.indexOf('/');
            if (end == 64 && rest.substring(0, end).matches("[0-9a-f]{64}")) {
                byKey.computeIfAbsent(new ArtifactKey(rest.substring(0, end)), key -> new ArrayList<>())
                        .add(object);
            }
        }
        return new StoreListing(byKey);
    }

    long objects() {
        return byKey.values().stream().mapToLong(List::size).sum();
    }

    /** The manifest of an artifact, when this lists artifacts. */
    Optional<StoredObject> manifest(ArtifactKey key) {
        String name = ArtifactLayout.manifest(key);
        return byKey.getOrDefault(key, List.of()).stream()
                .filter(object -> object.name().equals(name))
                .findFirst();
    }
}
