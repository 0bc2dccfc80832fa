package org.crvqa.artifacts;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * Artifacts that are being removed. {@code gc/tombstones/<key>.json} holds the manifest while the collector asks who
 * needs the artifact; {@code gc/verdicts/<key>}, by create-if-absent, is the one decision of collector and readers. Order
 * of a removal: tombstone, manifest deleted, pins listed, verdict "delete", files deleted, tombstone and verdict deleted.
 * Readers and writers pin first: either the collector sees the pin, or they see the tombstone and can put in the verdict
 * "keep" before the collector's. One collector at a time. Thread-safe.
 */
public final class Tombstones {
    private static final String FOLDER = "gc/tombstones/";
    private static final String VERDICTS = "gc/verdicts/";
    private static final String END = ".json";
    private static final byte[] KEEP = "keep".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DELETE = "delete".getBytes(StandardCharsets.UTF_8);

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public Tombstones(ObjectStore store) {
        this.store = store;
    }

    /** Keys of removals that are under way, or whose collector died. */
    public List<ArtifactKey> keys() {
        return store.list(FOLDER).stream()
                .filter(name -> name.matches(FOLDER + "[0-9a-f]{64}\\.json"))
                .map(name -> new ArtifactKey(name.substring(FOLDER.length(), name.length() - END.length())))
                .toList();
    }

    /** Whether the artifact is being removed. */
    public boolean exists(ArtifactKey key) {
        return store.exists(tombstone(key));
    }

    /**
     * Begins a removal: readers see no manifest from here on. Files without a manifest get an empty tombstone, and a
     * manifest that appears meanwhile is left alone.
     */
    public void raise(ArtifactKey key) {
        store.delete(verdict(key));
        Optional<byte[]> manifest = store.read(ArtifactLayout.manifest(key));
        store.put(tombstone(key), manifest.orElse(new byte[0]));
        if (manifest.isPresent()) {
            store.delete(ArtifactLayout.manifest(key));
        }
    }

    /** Whether the removal is decided: some files may be gone, so it can only be completed. */
    public boolean condemned(ArtifactKey key) {
        return store.read(verdict(key))
                .filter(found -> Arrays.equals(found, DELETE))
                .isPresent();
    }

    /** Decides to remove. False: a reader was faster, the artifact stays. */
    public boolean condemn(ArtifactKey key) {
        return decide(key, DELETE);
    }

    /**
     * For who has pinned an artifact and found no manifest: stops a removal that is under way, if it still can be.
     * Whether there is an artifact shows in the manifest afterwards.
     *
     * @return false when files are being deleted right now: nothing may be written there before that is over
     */
    public boolean rescue(ArtifactKey key) {
        if (!exists(key)) {
            return true;
        }
        if (!decide(key, KEEP)) {
            return !exists(key);
        }
        // Read after the verdict: a removal that ended meanwhile took its tombstone away before its own verdict.
        restoreManifest(key);
        return true;
    }

    /** Ends a removal that does not take place: the manifest is back before the tombstone is gone. */
    public void restore(ArtifactKey key) {
        restoreManifest(key);
        clear(key);
    }

    /** Ends a removal whose files are gone. The tombstone goes first: see {@link #rescue}. */
    public void clear(ArtifactKey key) {
        store.delete(tombstone(key));
        store.delete(verdict(key));
    }

    private void restoreManifest(ArtifactKey key) {
        Optional<byte[]> manifest = store.read(tombstone(key)).filter(content -> content.length > 0);
        manifest.ifPresent(content -> store.createIfAbsent(ArtifactLayout.manifest(key), content));
    }

    private boolean decide(ArtifactKey key, byte[] verdict) {
        return store.createIfAbsent(verdict(key), verdict)
                || store.read(verdict(key))
                        .filter(found -> Arrays.equals(found, verdict))
                        .isPresent();
    }

    private static String tombstone(ArtifactKey key) {
        return FOLDER + key + END;
    }

    private static String verdict(ArtifactKey key) {
        return VERDICTS + key;
    }
}
