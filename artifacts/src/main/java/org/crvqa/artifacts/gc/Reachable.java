package org.crvqa.artifacts.gc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Manifests;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * What can be reached from roots along the inputs of manifests.
 *
 * @param unreadable manifests whose inputs are not known; then what is unreachable is not known either
 */
record Reachable(Set<ArtifactKey> keys, List<String> unreadable) {
    static Reachable from(Collection<ArtifactKey> roots, ObjectStore store, LongConsumer seen) {
        Set<ArtifactKey> keys = new HashSet<>(roots);
        Deque<ArtifactKey> open = new ArrayDeque<>(keys);
        List<String> unreadable = new ArrayList<>();
        for (long count = 1; !open.isEmpty(); count++) {
            ArtifactKey key = open.pop();
            for (ArtifactKey input : inputs(key, store, unreadable)) {
                if (keys.add(input)) {
                    open.push(input);
                }
            }
            seen.accept(count);
        }
        return new Reachable(keys, unreadable);
    }

    private static List<ArtifactKey> inputs(ArtifactKey key, ObjectStore store, List<String> unreadable) {
        try {
            return store.read(ArtifactLayout.manifest(key))
                    .map(stored -> Manifests.decode(key, stored).getInputKeysList().stream()
                            .map(ArtifactKey::new)
                            .toList())
                    .orElse(List.of());
        } catch (ArtifactCorruptException e) {
            unreadable.add(e.getMessage() + ", so that nobody knows what it was made of");
            return List.of();
        }
    }
}
