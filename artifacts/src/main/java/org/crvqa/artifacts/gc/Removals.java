package org.crvqa.artifacts.gc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;
import org.crvqa.coordinator.v1.GarbageKind;

/** Removes what was found, some of it at a time. */
final class Removals {
    /** Removed together; each asks for pins, names and the term once. */
    private static final int MOST_ITEMS = 256;

    /** Of what is removed together. */
    private static final int MOST_OBJECTS = 1000;

    private final ObjectStore store;
    private final Gate gate;
    private final Lanes lanes;
    private final Tally tally;
    private final Removal artifacts;
    private final List<Garbage> pending = new ArrayList<>();
    private long objects;

    Removals(ObjectStore store, Gate gate, Lanes lanes, Tally tally) {
        this.store = store;
        this.gate = gate;
        this.lanes = lanes;
        this.tally = tally;
        this.artifacts = new Removal(store, gate, lanes, tally::note);
    }

    /** Ends what a collector left that died. */
    void recover() {
        artifacts.recover();
    }

    /** Removes it now, or with others later; what was found before goes before. */
    void add(Garbage garbage) {
        pending.add(garbage);
        objects += garbage.objects();
        if (pending.size() == MOST_ITEMS || objects >= MOST_OBJECTS) {
            flush();
        }
    }

    /** Removes what is left. */
    void flush() {
        if (pending.isEmpty()) {
            return;
        }
        Set<Garbage> removed = new HashSet<>(removeArtifacts(of(Removals::isArtifact)));
        goOnOnlyAsLeader();
        removed.addAll(removeTasks(of(garbage -> garbage.kind() == GarbageKind.GARBAGE_KIND_UNKNOWN_TASK)));
        removed.addAll(delete(of(garbage -> garbage.kind() == GarbageKind.GARBAGE_KIND_FINISHED_STATE)));
        removed.addAll(removePins(of(garbage -> garbage.kind() == GarbageKind.GARBAGE_KIND_STALE_PIN)));
        removed.addAll(drop(of(garbage -> garbage.kind() == GarbageKind.GARBAGE_KIND_STALE_UPLOAD)));
        List<Garbage> all = List.copyOf(pending);
        pending.clear();
        objects = 0;
        all.forEach(garbage -> tally.found(garbage, removed.contains(garbage)));
    }

    private List<Garbage> of(Predicate<Garbage> kind) {
        return pending.stream().filter(kind).toList();
    }

    private static boolean isArtifact(Garbage garbage) {
        return switch (garbage.kind()) {
            case GARBAGE_KIND_ORPHAN_FILES, GARBAGE_KIND_UNNAMED_ARTIFACT, GARBAGE_KIND_DISCARDED -> true;
            default -> false;
        };
    }

    private List<Garbage> removeArtifacts(List<Garbage> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        Set<ArtifactKey> gone = artifacts.remove(candidates);
        return candidates.stream()
                .filter(garbage -> gone.contains(garbage.key().orElseThrow()))
                .toList();
    }

    /** The artifact's provenance stays when a reader's pin kept the artifact. */
    private List<Garbage> removeTasks(List<Garbage> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        List<Garbage> lacking = lanes.only(
                tasks, task -> !store.exists(ArtifactLayout.manifest(task.key().orElseThrow())));
        Pins.Held held = new Pins(store).held(store.storeTime());
        return delete(lacking.stream()
                .filter(task -> !held.holds(task.key().orElseThrow())
                        && !gate.isNeeded(task.key().orElseThrow()))
                .toList());
    }

    /** Holders may have come back since the search. */
    private List<Garbage> removePins(List<Garbage> pins) {
        if (pins.isEmpty()) {
            return List.of();
        }
        Instant now = store.storeTime();
        Set<String> stale = new Pins(store)
                .list().stream()
                        .filter(pin -> Pins.isStale(pin, now))
                        .map(StoredObject::name)
                        .collect(Collectors.toSet());
        return delete(pins.stream().filter(pin -> stale.contains(pin.name())).toList());
    }

    private List<Garbage> drop(List<Garbage> uploads) {
        List<Garbage> probes = uploads.stream()
                .filter(garbage -> garbage.name().startsWith(GarbageSearch.PROBES))
                .toList();
        uploads.stream()
                .filter(garbage -> !probes.contains(garbage))
                .flatMap(garbage -> garbage.listed().stream())
                .forEach(store::dropUpload);
        delete(probes);
        return uploads;
    }

    /** What commits a state goes first, so that none is seen without its files. */
    private List<Garbage> delete(List<Garbage> some) {
        List<String> records = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Garbage garbage : some) {
            for (StoredObject object : garbage.listed()) {
                (object.name().endsWith("/state.json") ? records : others).add(object.name());
            }
        }
        store.deleteAll(records);
        store.deleteAll(others);
        return some;
    }

    private void goOnOnlyAsLeader() {
        if (!gate.leads()) {
            throw new CollectionAbandonedException();
        }
    }
}
