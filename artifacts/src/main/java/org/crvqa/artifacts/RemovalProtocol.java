package org.crvqa.artifacts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * How artifacts are removed beside readers and writers that nobody can stop. {@code gc/tombstones/<key>.json} holds the
 * manifest of an artifact that is being removed; {@code gc/verdicts/<key>}, by create-if-absent, is the one decision about
 * it.
 *
 * <pre>
 *   collector                                        reader or writer
 *   1 creates the tombstone, with the manifest       a pins the artifact, or notes where the collector asks
 *   2 deletes the manifest                           b reads the manifest: when it is there, so are the files
 *   3 asks for pins, then for names and needs        c else, when there is a tombstone, creates the verdict "keep"
 *   4 creates the verdict "delete"                   d was it the first: puts the manifest back
 *   5 deletes the files                                otherwise the artifact is gone; a writer waits for 6
 *   6 deletes the tombstone, then the verdict
 * </pre>
 *
 * Either b comes before 2: then a comes before 3, and the collector finds the pin and takes the removal back. Or b comes
 * after 2: then the reader goes on to c, and create-if-absent lets one of c and 4 decide.
 *
 * <p>What a collector leaves that dies, and what the next one, or the start of a coordinator, makes of it ({@link
 * #recover}):
 *
 * <pre>
 *   after  left                                      follows
 *   1      tombstone and manifest                    the tombstone goes
 *   2, 3   tombstone                                 the manifest comes back; whoever needs it sees it again
 *   4, 5   tombstone, verdict, some of the files     files, tombstone and verdict go: nobody can have read them since 4
 *   6      verdict                                   it goes
 * </pre>
 *
 * <p>One collector at a time. Where one is replaced while it is paused, it asks the store whether it still leads before
 * each step that destroys, before 1, 5 and 6, and behind 2: whoever saw the manifest before that led already, if another
 * leads. When it does not lead, it takes back what is undecided ({@link #leave}), and leaves the rest to its successor,
 * which recovers before it takes any work. What remains is a single
 * request that was under way while another coordinator was elected and the same artifact written again. Thread-safe.
 */
public final class RemovalProtocol {
    private static final String TOMBSTONES = "gc/tombstones/";
    private static final String VERDICTS = "gc/verdicts/";
    private static final Pattern TOMBSTONE = Pattern.compile(TOMBSTONES + "([0-9a-f]{64})\\.json");
    private static final Pattern VERDICT = Pattern.compile(VERDICTS + "([0-9a-f]{64})");
    private static final byte[] KEEP = "keep".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DELETE = "delete".getBytes(StandardCharsets.UTF_8);
    private static final long MOST_VERDICT_BYTES = 64;

    private final ObjectStore store;

    /** The store stays the caller's to close. */
    public RemovalProtocol(ObjectStore store) {
        this.store = store;
    }

    /**
     * Steps c and d, for who has pinned an artifact and found no manifest: stops a removal that is under way, if it still
     * can be. Whether there is an artifact shows in the manifest afterwards.
     *
     * @return false when files are being deleted right now: nothing may be written there before that is over
     */
    public boolean rescue(ArtifactKey key) {
        if (!isUnderWay(key)) {
            return true;
        }
        if (!decide(key, KEEP)) {
            return !isUnderWay(key);
        }
        // Read after the verdict: a removal that ended meanwhile took its tombstone away before its own verdict.
        restoreManifest(key);
        return true;
    }

    /** Whether the artifact is being removed. */
    public boolean isUnderWay(ArtifactKey key) {
        return store.exists(tombstone(key));
    }

    /**
     * Step 1, for an artifact. Its manifest; empty, and nothing is changed, when it has none any more or its removal is
     * under way.
     *
     * @throws ArtifactCorruptException when the manifest is too large to be one
     */
    public Optional<byte[]> begin(ArtifactKey key) {
        return store.read(ArtifactLayout.manifest(key), Manifests.MOST_BYTES)
                .filter(manifest -> store.createIfAbsent(tombstone(key), manifest));
    }

    /** Step 1, for files that have no manifest, or one that shall not come back. As {@link #begin}, with no bytes. */
    public Optional<byte[]> beginWithoutManifest(ArtifactKey key) {
        byte[] none = new byte[0];
        return store.createIfAbsent(tombstone(key), none) ? Optional.of(none) : Optional.empty();
    }

    /** Step 2. */
    public void hide(Collection<ArtifactKey> keys) {
        store.deleteAll(keys.stream().map(ArtifactLayout::manifest).toList());
    }

    /**
     * For a collector that leads no more, in place of step 4: whatever its successor does not remove is there again. The
     * manifest comes back from memory where the successor had ended the removal before step 2 reached the store.
     */
    public void leave(ArtifactKey key, byte[] manifest) {
        boolean isWhole = rescue(key) && !store.list(ArtifactLayout.folder(key)).isEmpty();
        if (isWhole && manifest.length > 0) {
            store.createIfAbsent(ArtifactLayout.manifest(key), manifest);
        }
    }

    /** Step 4. False: a reader was faster. */
    public boolean condemn(ArtifactKey key) {
        return decide(key, DELETE);
    }

    /** Instead of step 4, or after it failed: readers see the artifact again, where it had a manifest. */
    public void restoreManifest(ArtifactKey key) {
        hidden(key).ifPresent(manifest -> store.createIfAbsent(ArtifactLayout.manifest(key), manifest));
    }

    /** The manifest of an artifact that is being removed. */
    public Optional<byte[]> hidden(ArtifactKey key) {
        return store.read(tombstone(key), Manifests.MOST_BYTES).filter(manifest -> manifest.length > 0);
    }

    /** Step 6, and the end of a removal that was taken back. The tombstones go first: see {@link #rescue}. */
    public void end(Collection<ArtifactKey> keys) {
        store.deleteAll(keys.stream().map(RemovalProtocol::tombstone).toList());
        store.deleteAll(keys.stream().map(RemovalProtocol::verdict).toList());
    }

    /**
     * Completes what collectors that died had decided, and takes back all else that they had begun.
     *
     * @return what could not be read and stays as it is, for people
     */
    public List<String> recover() {
        List<ArtifactKey> begun = keys(TOMBSTONES, TOMBSTONE);
        Set<ArtifactKey> decided = new HashSet<>(keys(VERDICTS, VERDICT));
        List<String> unreadable = new ArrayList<>();
        for (ArtifactKey key : begun) {
            try {
                recover(key, decided.remove(key));
            } catch (ArtifactCorruptException e) {
                unreadable.add("The removal of artifact " + key + " stays as it is: " + e.getMessage());
            }
        }
        store.deleteAll(decided.stream().map(RemovalProtocol::verdict).toList());
        return unreadable;
    }

    private void recover(ArtifactKey key, boolean decided) {
        if (!store.exists(ArtifactLayout.manifest(key))) {
            if (decided && is(key, DELETE)) {
                store.deleteAll(store.list(ArtifactLayout.folder(key)));
            } else {
                restoreManifest(key);
            }
        }
        end(List.of(key));
    }

    private List<ArtifactKey> keys(String folder, Pattern form) {
        List<ArtifactKey> keys = new ArrayList<>();
        for (String name : store.list(folder)) {
            Matcher matcher = form.matcher(name);
            if (matcher.matches()) {
                keys.add(new ArtifactKey(matcher.group(1)));
            }
        }
        return keys;
    }

    private boolean decide(ArtifactKey key, byte[] verdict) {
        return store.createIfAbsent(verdict(key), verdict) || is(key, verdict);
    }

    private boolean is(ArtifactKey key, byte[] verdict) {
        return store.read(verdict(key), MOST_VERDICT_BYTES)
                .filter(found -> Arrays.equals(found, verdict))
                .isPresent();
    }

    private static String tombstone(ArtifactKey key) {
        return TOMBSTONES + key + ".json";
    }

    private static String verdict(ArtifactKey key) {
        return VERDICTS + key;
    }
}
