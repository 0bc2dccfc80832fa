package org.crvqa.artifacts.gc;

import static org.crvqa.artifacts.gc.StoreSamples.bytes;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.v1.GarbageSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a collection takes over very many small objects in a file store, and in what heap. {@code crvqa.bench.objects}
 * (1,000,000), two for each artifact; {@code crvqa.bench.apply}: true to remove, and not only look; {@code
 * crvqa.bench.folder}: where the store is made unless it is there, and stays. Of ten artifacts nine are needed. How to run it
 * stands in docs/scale.md.
 */
class GarbageBench {
    private static final int NEEDED_OF_TEN = 9;
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path temporary;

    @Test
    void collect() throws IOException {
        String given = System.getProperty("crvqa.bench.folder", "");
        Path folder = given.isEmpty() ? temporary : Path.of(given);
        int artifacts = Integer.getInteger("crvqa.bench.objects", 1_000_000) / 2;
        boolean apply = Boolean.getBoolean("crvqa.bench.apply");
        List<ArtifactKey> needed = write(folder, artifacts);
        try (ObjectStore store = ObjectStores.open(StoreSettings.of(folder.toUri()))) {
            Needs needs = new Needs(Set.copyOf(needed), Set.of(), List.of());
            long began = System.nanoTime();
            GarbageSummary summary = new GarbageCollector(store, folder.resolve("scratch"))
                    .collect(needs, new GarbageOptions(apply, Duration.ofMinutes(1), Set.of()), Gate.OPEN, says -> {});
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%d artifacts, %s: %.1f s, %.0f objects a second, peak heap %d MB; %d items, %d kept, notes %s%n",
                    artifacts,
                    apply ? "apply" : "look",
                    seconds,
                    2 * artifacts / seconds,
                    peak() >> 20,
                    summary.getItems(),
                    summary.getArtifactsKept(),
                    summary.getNotesList());
        }
    }

    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static List<ArtifactKey> write(Path folder, int artifacts) throws IOException {
        List<ArtifactKey> needed = new ArrayList<>();
        for (int seed = 0; seed < artifacts; seed++) {
            Manifest manifest = StoreSamples.manifest(StoreSamples.train(seed));
            ArtifactKey key = new ArtifactKey(manifest.getKey());
            if (seed % 10 < NEEDED_OF_TEN) {
                needed.add(key);
            }
            Path file = folder.resolve(ArtifactLayout.manifest(key));
            if (!Files.exists(file.getParent())) {
                Path content = folder.resolve(StoreSamples.file(key, manifest));
                Files.createDirectories(content.getParent());
                write(content, "content of " + key);
                write(file, CanonicalJson.of(manifest));
            }
        }
        return needed;
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, bytes(text));
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }
}
