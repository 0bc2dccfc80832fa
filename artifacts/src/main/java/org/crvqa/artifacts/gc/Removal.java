package org.crvqa.artifacts.gc;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.RemovalProtocol;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.v1.GarbageKind;

/**
 * Removes artifacts, or files without a manifest, many at once: what is asked of the store for each is asked side by side,
 * and pins, names and the term once for all of them. {@link RemovalProtocol} says why this is safe.
 */
final class Removal {
    /** Of those that are removed together; manifests of all kinds have a few kilobytes. */
    private static final long MOST_MANIFEST_BYTES = 64L << 20;

    private final ObjectStore store;
    private final RemovalProtocol protocol;
    private final Pins pins;
    private final Gate gate;
    private final Lanes lanes;
    private final Consumer<String> notes;

    /** @param notes is told by several threads what cannot be read and stays for that */
    Removal(ObjectStore store, Gate gate, Lanes lanes, Consumer<String> notes) {
        this.store = store;
        this.protocol = new RemovalProtocol(store);
        this.pins = new Pins(store);
        this.gate = gate;
        this.lanes = lanes;
        this.notes = notes;
    }

    /** Ends what a collector left that died. @throws CollectionAbandonedException when another coordinator leads */
    void recover() {
        goOnOnlyAsLeader();
        protocol.recover().forEach(notes);
    }

    /**
     * The keys of those that were removed; the others somebody holds or needs, and they are as they were.
     *
     * @throws CollectionAbandonedException when another coordinator leads
     */
    Set<ArtifactKey> remove(List<Garbage> candidates) {
        goOnOnlyAsLeader();
        Map<ArtifactKey, byte[]> undecided = new ConcurrentHashMap<>();
        AtomicLong held = new AtomicLong();
        List<Garbage> begun = lanes.only(candidates, garbage -> begin(garbage, undecided, held));
        List<ArtifactKey> all = begun.stream().map(Removal::key).toList();
        protocol.hide(begun.stream().filter(Garbage::artifact).map(Removal::key).toList());
        leaveUnlessLeading(undecided);
        List<ArtifactKey> condemned = lanes.only(unneeded(begun), this::condemn);
        Map<ArtifactKey, List<String>> files = files(condemned);
        undecided.keySet().removeAll(condemned);
        leaveUnlessLeading(undecided);
        store.deleteAll(files.values().stream().flatMap(List::stream).toList());
        leaveUnlessLeading(undecided);
        lanes.all(undecided.keySet(), this::restore);
        protocol.end(all);
        return files.keySet();
    }

    /** Who leads no more may not take back by force: the one that leads may be removing the same. */
    private void leaveUnlessLeading(Map<ArtifactKey, byte[]> undecided) {
        if (!gate.leads()) {
            lanes.all(undecided.entrySet(), entry -> {
                protocol.leave(entry.getKey(), entry.getValue());
                return entry;
            });
            throw new CollectionAbandonedException();
        }
    }

    private boolean begin(Garbage garbage, Map<ArtifactKey, byte[]> undecided, AtomicLong held) {
        ArtifactKey key = key(garbage);
        if (held.get() > MOST_MANIFEST_BYTES) {
            notes.accept("Artifact " + key + " stays until the next collection, because those beside it are large");
            return false;
        }
        Optional<byte[]> manifest = begin(garbage);
        manifest.ifPresent(content -> {
            held.addAndGet(content.length);
            undecided.put(key, content);
        });
        return manifest.isPresent();
    }

    private Optional<byte[]> begin(Garbage garbage) {
        ArtifactKey key = key(garbage);
        try {
            return garbage.artifact() ? protocol.begin(key) : protocol.beginWithoutManifest(key);
        } catch (ArtifactCorruptException e) {
            if (garbage.kind() == GarbageKind.GARBAGE_KIND_DISCARDED) {
                return protocol.beginWithoutManifest(key);
            }
            notes.accept("Artifact " + key + " stays: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Pins before names: who names an artifact holds a pin until it has the name. */
    private List<ArtifactKey> unneeded(List<Garbage> begun) {
        Pins.Held held = pins.held(store.storeTime());
        Named named = Named.in(store);
        List<ArtifactKey> unneeded = begun.stream()
                // Named or needed as it may be: its bytes are of no use to anybody.
                .filter(garbage -> garbage.kind() == GarbageKind.GARBAGE_KIND_DISCARDED
                        || (!named.keys().contains(key(garbage)) && !gate.isNeeded(key(garbage))))
                .map(Removal::key)
                .filter(key -> !held.holds(key))
                .toList();
        return named.unreadable().isEmpty() ? unneeded : lanes.only(unneeded, key -> !mayBeImport(key));
    }

    private boolean mayBeImport(ArtifactKey key) {
        return protocol.hidden(key)
                .map(manifest -> Imports.mayBe(key, manifest))
                .orElse(false);
    }

    private boolean condemn(ArtifactKey key) {
        try {
            return protocol.condemn(key);
        } catch (ArtifactCorruptException e) {
            notes.accept("Artifact " + key + " stays: " + e.getMessage());
            return false;
        }
    }

    /** A manifest that is there nevertheless belongs to a writer of an older release, which does not pin: it stays. */
    private Map<ArtifactKey, List<String>> files(List<ArtifactKey> condemned) {
        Map<ArtifactKey, List<String>> files = new HashMap<>();
        List<List<String>> listed = lanes.all(condemned, key -> store.list(ArtifactLayout.folder(key)));
        for (int i = 0; i < condemned.size(); i++) {
            if (!listed.get(i).contains(ArtifactLayout.manifest(condemned.get(i)))) {
                files.put(condemned.get(i), listed.get(i));
            }
        }
        return files;
    }

    private boolean restore(ArtifactKey key) {
        protocol.restoreManifest(key);
        return true;
    }

    private void goOnOnlyAsLeader() {
        if (!gate.leads()) {
            throw new CollectionAbandonedException();
        }
    }

    private static ArtifactKey key(Garbage garbage) {
        return garbage.key().orElseThrow();
    }
}
