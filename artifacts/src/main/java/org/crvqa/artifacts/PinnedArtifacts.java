package org.crvqa.artifacts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.crvqa.artifact.v1.Manifest;

/**
 * Artifacts for one reader or writer, such as one attempt at a task: each is pinned before its manifest is read, and stays,
 * with its files, until this is closed. {@code try (PinnedArtifacts pinned = repository.pinned("trainer-1")) {
 * pinned.artifacts().open(key) ... }}. Who knows the keys beforehand pins them together, which is one small write for all.
 * A reader that may take hours calls {@link #renew} now and then. Thread-safe.
 */
public final class PinnedArtifacts implements AutoCloseable {
    /** Well within {@link Pins#STALE_AFTER}, whatever the clocks. */
    static final long RENEW_NANOS = Duration.ofHours(1).toNanos();

    /** After a renewal that failed; the store may be away for long. */
    static final long RETRY_NANOS = Duration.ofMinutes(5).toNanos();

    /** Manifests that are not read again, and what they may have. */
    private static final int MOST_MANIFESTS = 32;

    private static final int MOST_MANIFEST_BYTES = 1 << 20;

    private final Pins pins;
    private final RemovalProtocol removal;
    private final String holder;
    private final LongSupplier nanos;
    private final Set<ArtifactKey> held = ConcurrentHashMap.newKeySet();
    private final List<Pins.Pin> written = new ArrayList<>();
    private final Map<ArtifactKey, Manifest> manifests = new LinkedHashMap<>();
    private final ArtifactRepository unpinned;
    private final ArtifactRepository artifacts;
    private long renewAt;

    PinnedArtifacts(ArtifactRepository unpinned, String holder, LongSupplier nanos) {
        this.pins = new Pins(unpinned.store());
        this.removal = new RemovalProtocol(unpinned.store());
        this.holder = holder;
        this.nanos = nanos;
        this.unpinned = unpinned;
        this.artifacts = new PinnedRepository(unpinned, this);
        this.renewAt = nanos.getAsLong() + RENEW_NANOS;
    }

    /** The repository to read and write with: whatever is looked for or drafted through it is pinned before. */
    public ArtifactRepository artifacts() {
        return artifacts;
    }

    /** Pins artifacts, whether they exist or not. Costs nothing for those that are pinned already. */
    public void pin(Collection<ArtifactKey> keys) {
        if (!held.containsAll(keys)) {
            write(keys);
        }
    }

    private synchronized void write(Collection<ArtifactKey> keys) {
        Set<ArtifactKey> open = new LinkedHashSet<>(keys);
        open.removeAll(held);
        for (List<ArtifactKey> some : parts(List.copyOf(open))) {
            Pins.Pin last = written.isEmpty() ? null : written.get(written.size() - 1);
            if (last != null && last.takes(some.size())) {
                last.add(some);
            } else {
                written.add(pins.pin(some, holder));
            }
            held.addAll(some);
        }
    }

    private static List<List<ArtifactKey>> parts(List<ArtifactKey> keys) {
        List<List<ArtifactKey>> parts = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += Pins.MOST_KEYS) {
            parts.add(keys.subList(from, Math.min(from + Pins.MOST_KEYS, keys.size())));
        }
        return parts;
    }

    /**
     * The manifest, when the artifact exists; it is pinned then. Stops a removal of it that is under way.
     *
     * @throws ArtifactCorruptException when it does not parse or match
     */
    Optional<Manifest> find(ArtifactKey key) {
        pin(List.of(key));
        synchronized (manifests) {
            if (manifests.containsKey(key)) {
                return Optional.of(manifests.get(key));
            }
        }
        Optional<Manifest> found = unpinned.find(key);
        if (found.isEmpty()) {
            // Looked for again in any case: a removal may have been taken back between the two looks.
            removal.rescue(key);
            found = unpinned.find(key);
        }
        found.ifPresent(manifest -> remember(key, manifest));
        return found;
    }

    private void remember(ArtifactKey key, Manifest manifest) {
        if (manifest.getSerializedSize() > MOST_MANIFEST_BYTES) {
            return;
        }
        synchronized (manifests) {
            manifests.put(key, manifest);
            if (manifests.size() > MOST_MANIFESTS) {
                manifests.remove(manifests.keySet().iterator().next());
            }
        }
    }

    /**
     * Keeps the pins from getting stale. Costs nothing, except once an hour one small write, for several hundred
     * artifacts. When that fails it is tried again some minutes later, not with the next call.
     */
    public synchronized void renew() {
        long now = nanos.getAsLong();
        if (now - renewAt >= 0) {
            renewAt = now + RETRY_NANOS;
            written.forEach(Pins.Pin::renew);
            renewAt = now + RENEW_NANOS;
        }
    }

    /** Lets go of all artifacts. */
    @Override
    public synchronized void close() {
        artifacts.release();
        written.forEach(Pins.Pin::close);
        written.clear();
        held.clear();
    }
}
