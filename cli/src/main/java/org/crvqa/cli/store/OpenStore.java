package org.crvqa.cli.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CacheLimit;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.PinnedArtifacts;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;

/**
 * A store with the views of it that commands need. Close it.
 *
 * @param objects the store itself
 * @param pinned its artifacts; what a command looked at or wrote stays until this is closed
 * @param names its names of datasets and models
 */
public record OpenStore(ObjectStore objects, PinnedArtifacts pinned, Names names) implements AutoCloseable {
    /** Opens a store; the cache of drafts and remote files lies in {@code cache}. */
    public static OpenStore open(StoreSettings settings, Path cache) {
        return open(settings, cache, CacheLimit.DISK);
    }

    /** With a bound for copies of remote files in the cache. */
    public static OpenStore open(StoreSettings settings, Path cache, CacheLimit limit) {
        return of(ObjectStores.open(settings), cache, limit);
    }

    /** Opens a store to read what is in it: it is neither created nor probed. Errors as {@link ObjectStores#openExisting}. */
    public static OpenStore openExisting(StoreSettings settings, Path cache, CacheLimit limit) {
        return of(ObjectStores.openExisting(settings), cache, limit);
    }

    private static OpenStore of(ObjectStore objects, Path cache, CacheLimit limit) {
        return new OpenStore(
                objects, new ArtifactRepository(objects, cache, limit).pinned("crvqa"), new Names(objects));
    }

    /** Its artifacts. */
    public ArtifactRepository artifacts() {
        return pinned.artifacts();
    }

    /** The usual cache: CRVQA_CACHE, else {@code ~/.crvqa/cache}. */
    public static Path cache(Map<String, String> environment, String userHome) {
        String set = environment.getOrDefault("CRVQA_CACHE", "");
        Path cache = set.isEmpty() ? Path.of(userHome, ".crvqa", "cache") : Path.of(set);
        try {
            return Files.createDirectories(cache);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the cache folder " + cache, e);
        }
    }

    @Override
    public void close() {
        pinned.close();
        objects.close();
    }
}
