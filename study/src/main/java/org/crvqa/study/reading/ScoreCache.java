package org.crvqa.study.reading;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;

/**
 * What reports read of manifests, which never change: so that a report that is asked for again asks the store only for what
 * was not there before. Keeps scores and summaries, up to a number of bytes, those used last. Thread-safe.
 */
public final class ScoreCache {
    /** Bytes of all manifests together as they are serialized; in memory they take some three times as much. */
    public static final long USUAL_BYTES = 32L << 20;

    private final long mostBytes;
    private final Map<ArtifactKey, Manifest> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Artifacts were removed so many times. */
    private long removals;

    /** Keeps so many bytes at most. */
    public ScoreCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** What exists of these; {@code read} is asked for what is not kept. */
    public Map<ArtifactKey, Optional<Manifest>> get(
            Collection<ArtifactKey> keys, Function<List<ArtifactKey>, Map<ArtifactKey, Optional<Manifest>>> read) {
        Map<ArtifactKey, Optional<Manifest>> found = new HashMap<>();
        List<ArtifactKey> lacking = new ArrayList<>();
        long before;
        synchronized (this) {
            before = removals;
            for (ArtifactKey key : keys) {
                Manifest known = kept.get(key);
                if (known == null) {
                    lacking.add(key);
                } else {
                    found.put(key, Optional.of(known));
                }
            }
        }
        read.apply(lacking).forEach((key, manifest) -> found.put(key, manifest.map(ScoreCache::scores)));
        keep(found, before);
        return found;
    }

    private static Manifest scores(Manifest manifest) {
        return manifest.toBuilder()
                .clearSpec()
                .clearInputKeys()
                .clearFiles()
                .clearProducer()
                .build();
    }

    private synchronized void keep(Map<ArtifactKey, Optional<Manifest>> found, long before) {
        if (before != removals) {
            return;
        }
        found.forEach((key, manifest) -> manifest.ifPresent(read -> {
            if (kept.put(key, read) == null) {
                bytes += read.getSerializedSize();
            }
        }));
        var eldest = kept.values().iterator();
        while (bytes > mostBytes && eldest.hasNext()) {
            bytes -= eldest.next().getSerializedSize();
            eldest.remove();
        }
    }

    /** After artifacts were removed. */
    public synchronized void forget() {
        removals++;
        kept.clear();
        bytes = 0;
    }
}
