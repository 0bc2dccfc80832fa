package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.junit.jupiter.api.Test;

class KeyListingTest {
    private final CountingStore store = new CountingStore(new InMemoryObjectStore());
    private final KeyListing manifests = new KeyListing(store, "artifacts/", "manifest.json");

    @Test
    void read_allParts_findsEachKeyThatHasTheObject_andNoOther() {
        List<ArtifactKey> keys = keys(500);
        List<ArtifactKey> others = keys(1000).subList(500, 1000);
        keys.forEach(key -> store.put(ArtifactLayout.manifest(key), new byte[1]));
        // Files without a manifest, one of them of its name, and what is no key.
        others.forEach(key -> store.put("artifacts/" + key + "/" + key + "/manifest.json", new byte[1]));
        store.put("artifacts/manifest.json", new byte[1]);
        store.put("artifacts/" + "0".repeat(63) + "X/manifest.json", new byte[1]);
        store.put("artifacts/" + "0".repeat(65) + "/manifest.json", new byte[1]);

        List<KeySet> parts =
                IntStream.range(0, KeyListing.PARTS).mapToObj(manifests::read).toList();

        assertThat(parts.stream().mapToInt(KeySet::size).sum()).isEqualTo(500);
        assertThat(keys).allMatch(key -> parts.get(KeyListing.part(key)).contains(key));
        assertThat(others).noneMatch(key -> parts.get(KeyListing.part(key)).contains(key));
    }

    @Test
    void requests_estimatesWhatReadingTakes() {
        keys(20_000).forEach(key -> {
            store.put(ArtifactLayout.manifest(key), new byte[1]);
            store.put("artifacts/" + key + "/" + key + "/model.safetensors", new byte[1]);
        });
        store.reset();

        long estimated = manifests.requests(1000).orElseThrow();
        assertThat(store.count(Method.LIST, "")).isEqualTo(1);
        store.reset();
        IntStream.range(0, KeyListing.PARTS).forEach(manifests::read);

        long taken = store.count(Method.LIST, "");
        assertThat(taken).isGreaterThan(40);
        assertThat((double) estimated).isBetween(taken * 0.6, taken * 1.6);
    }

    @Test
    void requests_moreThanIsWorthIt_findsThatOutByFew() {
        keys(60_000).forEach(key -> store.put("artifacts/" + key + "/x", new byte[1]));
        store.reset();

        assertThat(manifests.requests(KeyListing.PARTS + 10)).isEmpty();
        assertThat(store.count(Method.LIST, "")).isEqualTo(1);
    }

    @Test
    void requests_emptyStore_isOnePerPart() {
        assertThat(manifests.requests(KeyListing.PARTS)).hasValue(KeyListing.PARTS);
        assertThat(manifests.requests(KeyListing.PARTS - 1)).isEmpty();
    }

    private static List<ArtifactKey> keys(int number) {
        List<ArtifactKey> keys = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            keys.add(new ArtifactKey(Sha256.hex("key " + i)));
        }
        return keys;
    }
}
