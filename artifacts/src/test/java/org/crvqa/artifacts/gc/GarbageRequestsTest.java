package org.crvqa.artifacts.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.artifacts.gc.StoreSamples.train;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.junit.jupiter.api.Test;

/** What a collection over 20,000 objects asks of a store like S3. Fails when it asks more. */
class GarbageRequestsTest {
    private static final int ARTIFACTS = 10_000;
    private static final int GARBAGE = 1_000;
    private static final int PAGES = 20;

    /** In which artifacts are removed: 256 of them, and one for the rest. */
    private static final int BATCHES = 4;

    private final CountingStore store = new CountingStore(new InMemoryObjectStore() {
        @Override
        public Instant storeTime() {
            return Instant.now().plus(Duration.ofHours(2));
        }
    });

    @Test
    void collect_twentyThousandObjects_asksForEachManifestOnceAndRemovesManyAtOnce() {
        List<ArtifactKey> needed = new ArrayList<>();
        for (int seed = 0; seed < ARTIFACTS; seed++) {
            ArtifactKey key = StoreSamples.write(store, train(seed));
            if (seed >= GARBAGE) {
                needed.add(key);
            }
        }
        store.reset();

        new GarbageCollector(store, Path.of("unused"))
                .collect(
                        new Needs(needed, List.of(), List.of()),
                        new GarbageOptions(true, Duration.ofHours(1), Set.of()),
                        Gate.OPEN,
                        says -> {});

        Map<Method, Integer> counts = store.counts();
        // What is kept is followed, what goes is moved into its tombstone.
        assertThat(counts.get(Method.GET)).isEqualTo(ARTIFACTS);
        // A tombstone and a verdict.
        assertThat(counts.get(Method.PUT)).isEqualTo(2 * GARBAGE);
        // Manifests, files, tombstones and verdicts of a batch.
        assertThat(counts.get(Method.POST)).isEqualTo(4 * BATCHES);
        // Every page once, each removed artifact once more; for a batch pins, two kinds of names and the clock.
        assertThat(counts.get(Method.LIST)).isEqualTo(PAGES + GARBAGE + 4 * BATCHES + 10);
        assertThat(counts.getOrDefault(Method.HEAD, 0)).isZero();
        assertThat(counts.getOrDefault(Method.DELETE, 0)).isZero();
        assertThat(store.list("artifacts/")).hasSize(2 * (ARTIFACTS - GARBAGE));
    }
}
