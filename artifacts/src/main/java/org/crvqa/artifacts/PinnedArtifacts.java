package org.crvqa.artifacts;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Artifacts for one reader, such as one attempt at a task: each is pinned before its manifest is read, and stays, with
 * its files, until this is closed. {@code try (PinnedArtifacts pinned = repository.pinned("trainer-1")) {
 * pinned.artifacts().open(key) ... }}. A reader that may take hours calls {@link #renew} now and then, as with every
 * heartbeat. Thread-safe.
 */
public final class PinnedArtifacts implements AutoCloseable {
    /** Well within {@link Pins#STALE_AFTER}, whatever the clocks. */
    static final long RENEW_NANOS = Duration.ofHours(1).toNanos();

    private final Pins pins;
    private final String holder;
    private final Map<ArtifactKey, Pins.Pin> held = new ConcurrentHashMap<>();
    private final ArtifactRepository artifacts;
    private volatile long renewed = System.nanoTime();

    PinnedArtifacts(ArtifactRepository unpinned, Pins pins, String holder) {
        this.pins = pins;
        this.holder = holder;
        this.artifacts = unpinned.with(this);
    }

    /** The repository to read with. Its drafts pin what they write in any case. */
    public ArtifactRepository artifacts() {
        return artifacts;
    }

    /** Keeps the pins from getting stale. Costs nothing, except once an hour a small write for each pin. */
    public void renew() {
        if (System.nanoTime() - renewed > RENEW_NANOS) {
            held.values().forEach(Pins.Pin::renew);
            renewed = System.nanoTime();
        }
    }

    /** Lets go of all artifacts. */
    @Override
    public void close() {
        artifacts.release();
        for (Map.Entry<ArtifactKey, Pins.Pin> entry : held.entrySet()) {
            entry.getValue().close();
            held.remove(entry.getKey());
        }
    }

    /** Pins an artifact once. */
    void hold(ArtifactKey key) {
        held.computeIfAbsent(key, unheld -> pins.pin(unheld, holder));
    }
}
