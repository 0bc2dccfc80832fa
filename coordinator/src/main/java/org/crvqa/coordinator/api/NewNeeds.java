package org.crvqa.coordinator.api;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.artifacts.ArtifactKey;

/**
 * What submissions need whose experiments a collection of garbage may not have found in the store. A submission is open
 * until its experiment is stored; a collection that begins later finds it there. Thread-safe; never waits.
 */
final class NewNeeds {
    private final Set<Submission> open = new HashSet<>();

    /** Of submissions that were open at any time since the collection that runs began. */
    private Set<Submission> sinceCollection = Set.of();

    private boolean collecting;

    /** One submission's needs; closed when its experiment is in the store, or will not be. */
    final class Submission implements AutoCloseable {
        private final Set<ArtifactKey> keys = ConcurrentHashMap.newKeySet();

        /** To be called before the artifacts are looked for in the store. */
        void need(Collection<ArtifactKey> more) {
            keys.addAll(more);
        }

        @Override
        public void close() {
            synchronized (NewNeeds.this) {
                open.remove(this);
            }
        }
    }

    synchronized Submission submission() {
        Submission submission = new Submission();
        open.add(submission);
        if (collecting) {
            sinceCollection.add(submission);
        }
        return submission;
    }

    /** Before a collection asks what the experiments of the store need. */
    synchronized void collectionBegins() {
        collecting = true;
        sinceCollection = new HashSet<>(open);
    }

    synchronized void collectionEnds() {
        collecting = false;
        sinceCollection = Set.of();
    }

    synchronized boolean contains(ArtifactKey key) {
        return sinceCollection.stream().anyMatch(submission -> submission.keys.contains(key));
    }
}
