package org.crvqa.study.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.junit.jupiter.api.Test;

class ScoreCacheTest {
    private static final ArtifactKey ONE = new ArtifactKey("1".repeat(64));
    private static final ArtifactKey TWO = new ArtifactKey("2".repeat(64));
    private static final ArtifactKey THREE = new ArtifactKey("3".repeat(64));

    private final Map<ArtifactKey, Manifest> store = new HashMap<>();
    private final List<ArtifactKey> asked = new ArrayList<>();
    private Runnable whileReading = () -> {};

    private Map<ArtifactKey, Optional<Manifest>> read(List<ArtifactKey> keys) {
        asked.addAll(keys);
        Map<ArtifactKey, Optional<Manifest>> found = new HashMap<>();
        keys.forEach(key -> found.put(key, Optional.ofNullable(store.get(key))));
        whileReading.run();
        return found;
    }

    private static Manifest manifest(ArtifactKey key, double score) {
        return Manifest.newBuilder()
                .setKey(key.hex())
                .addFiles(FileEntry.newBuilder().setName("predictions-test.json"))
                .putMetrics("accuracy/test/all", score)
                .build();
    }

    @Test
    void get_again_asksOnlyForWhatWasNotThere() {
        ScoreCache cache = new ScoreCache(ScoreCache.USUAL_BYTES);
        store.put(ONE, manifest(ONE, 0.5));
        cache.get(List.of(ONE, TWO), this::read);
        asked.clear();
        store.put(TWO, manifest(TWO, 0.25));

        Map<ArtifactKey, Optional<Manifest>> found = cache.get(List.of(ONE, TWO), this::read);

        assertThat(asked).containsExactly(TWO);
        assertThat(found.get(ONE).orElseThrow().getMetricsMap()).containsEntry("accuracy/test/all", 0.5);
        assertThat(found.get(TWO).orElseThrow().getMetricsMap()).containsEntry("accuracy/test/all", 0.25);
        assertThat(found.get(ONE).orElseThrow().getFilesList()).isEmpty();
    }

    @Test
    void get_moreThanThereIsRoomFor_keepsWhatWasUsedLast() {
        ScoreCache cache = new ScoreCache(250);
        for (ArtifactKey key : List.of(ONE, TWO, THREE)) {
            store.put(key, manifest(key, 0.5));
        }
        cache.get(List.of(ONE), this::read);
        cache.get(List.of(TWO), this::read);
        cache.get(List.of(ONE), this::read);
        cache.get(List.of(THREE), this::read);
        asked.clear();

        cache.get(List.of(ONE, THREE), this::read);
        assertThat(asked).isEmpty();
        cache.get(List.of(TWO), this::read);
        assertThat(asked).containsExactly(TWO);
    }

    @Test
    void forget_afterARemoval_asksAgain_alsoForWhatWasReadMeanwhile() {
        ScoreCache cache = new ScoreCache(ScoreCache.USUAL_BYTES);
        store.put(ONE, manifest(ONE, 0.5));
        whileReading = cache::forget;
        cache.get(List.of(ONE), this::read);
        whileReading = () -> {};
        asked.clear();
        store.remove(ONE);

        assertThat(cache.get(List.of(ONE), this::read).get(ONE)).isEmpty();
        assertThat(asked).containsExactly(ONE);
    }
}
