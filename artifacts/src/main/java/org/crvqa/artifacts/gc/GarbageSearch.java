package org.crvqa.artifacts.gc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;
import org.crvqa.coordinator.v1.GarbageKind;

/** Finds what could be removed, as the store is now. Removes nothing. */
final class GarbageSearch {
    /** Where a store is tried out when it is opened. */
    static final String PROBES = "probes/";

    private final ObjectStore store;
    private final Needs needs;
    private final GarbageOptions options;
    private final Instant now;
    private final BiConsumer<String, Long> progress;
    private final StoreListing pins;
    private final StoreListing artifacts;
    private final StoreListing tasks;
    private final List<String> notes = new ArrayList<>();
    private final Set<ArtifactKey> unnamed = new HashSet<>();
    private long seen;

    GarbageSearch(
            ObjectStore store, Needs needs, GarbageOptions options, Instant now, BiConsumer<String, Long> progress) {
        this.store = store;
        this.needs = needs;
        this.options = options;
        this.now = now;
        this.progress = progress;
        this.pins = list("pins", Pins.FOLDER);
        this.artifacts = list("artifacts", "artifacts/");
        this.tasks = list("tasks", "tasks/");
        this.notes.addAll(needs.unknown());
    }

    private StoreListing list(String what, String folder) {
        progress.accept("looking at " + what, seen);
        StoreListing listing = StoreListing.of(store, folder);
        seen += listing.objects();
        progress.accept("looking at " + what, seen);
        return listing;
    }

    /** Everything, artifacts before the tasks that made them. */
    List<Garbage> find() {
        List<Garbage> found = new ArrayList<>();
        stalePins(found);
        probes(found);
        uploads(found);
        orphans(found);
        unnamedArtifacts(found);
        artifacts.byKey().keySet().stream()
                .filter(options.discard()::contains)
                .filter(key -> !unnamed.contains(key))
                .forEach(key -> found.add(artifact(
                        GarbageKind.GARBAGE_KIND_DISCARDED, key, "its bytes are corrupt and --discard names it")));
        tasks.byKey().forEach((key, objects) -> task(key, objects, found));
        return found;
    }

    /** Why something was not looked at. */
    List<String> notes() {
        return notes;
    }

    /** Artifacts that exist. */
    long artifactCount() {
        return artifacts.byKey().keySet().stream()
                .filter(key -> artifacts.manifest(key).isPresent())
                .count();
    }

    private void stalePins(List<Garbage> found) {
        pins.byKey()
                .forEach((key, objects) -> objects.stream()
                        .filter(pin -> Pins.stale(pin, now))
                        .forEach(pin -> found.add(new Garbage(
                                GarbageKind.GARBAGE_KIND_STALE_PIN,
                                pin.name(),
                                Optional.of(key),
                                List.of(pin),
                                "not renewed since " + pin.modified()))));
    }

    private void probes(List<Garbage> found) {
        for (StoredObject probe : store.entries(PROBES)) {
            if (old(probe)) {
                found.add(new Garbage(
                        GarbageKind.GARBAGE_KIND_STALE_UPLOAD,
                        probe.name(),
                        Optional.empty(),
                        List.of(probe),
                        "left by a probe of the store that did not end"));
            }
        }
    }

    private void uploads(List<Garbage> found) {
        for (StoredObject upload : store.unfinishedUploads()) {
            if (old(upload)) {
                found.add(new Garbage(
                        GarbageKind.GARBAGE_KIND_STALE_UPLOAD,
                        upload.name(),
                        Optional.empty(),
                        List.of(upload),
                        "begun and not ended within the grace"));
            }
        }
    }

    private void orphans(List<Garbage> found) {
        for (Map.Entry<ArtifactKey, List<StoredObject>> entry :
                artifacts.byKey().entrySet()) {
            ArtifactKey key = entry.getKey();
            boolean orphan = artifacts.manifest(key).isEmpty()
                    && !needs.unfinished().contains(key)
                    && !held(key)
                    && entry.getValue().stream().allMatch(this::old);
            if (orphan) {
                found.add(artifact(
                        GarbageKind.GARBAGE_KIND_ORPHAN_FILES,
                        key,
                        "no manifest, and nothing written within the grace"));
            }
        }
    }

    private void unnamedArtifacts(List<Garbage> found) {
        Reachable reachable =
                Reachable.from(roots(), store, count -> progress.accept("following inputs", seen + count));
        notes.addAll(reachable.unreadable());
        if (!notes.isEmpty()) {
            return;
        }
        for (ArtifactKey key : artifacts.byKey().keySet()) {
            boolean garbage = artifacts.manifest(key).filter(this::old).isPresent()
                    && !reachable.keys().contains(key)
                    && !options.discard().contains(key);
            if (garbage) {
                unnamed.add(key);
                found.add(artifact(
                        GarbageKind.GARBAGE_KIND_UNNAMED_ARTIFACT,
                        key,
                        "needed by no experiment, name, reader or artifact that stays"));
            }
        }
    }

    private Set<ArtifactKey> roots() {
        Set<ArtifactKey> roots = new HashSet<>(needs.artifacts());
        roots.addAll(needs.unfinished());
        for (Names.Kind kind : Names.Kind.values()) {
            roots.addAll(new Names(store).list(kind).values());
        }
        pins.byKey().keySet().stream().filter(this::held).forEach(roots::add);
        // What is young stays, and so does what it was made of.
        artifacts.byKey().keySet().stream()
                .filter(key ->
                        artifacts.manifest(key).filter(object -> !old(object)).isPresent())
                .forEach(roots::add);
        return roots;
    }

    private void task(ArtifactKey key, List<StoredObject> objects, List<Garbage> found) {
        if (needs.unfinished().contains(key)) {
            return;
        }
        boolean done = artifacts.manifest(key).isPresent();
        boolean known = needs.artifacts().contains(key) || held(key) || (done && !unnamed.contains(key));
        String folder = "tasks/" + key + "/";
        if (!known && notes.isEmpty() && objects.stream().allMatch(this::old)) {
            found.add(new Garbage(
                    GarbageKind.GARBAGE_KIND_UNKNOWN_TASK,
                    folder,
                    Optional.of(key),
                    objects,
                    "no experiment has this task"));
            return;
        }
        List<StoredObject> states = objects.stream()
                .filter(object -> object.name().startsWith(folder + "state/"))
                .toList();
        if (done && !states.isEmpty() && !options.discard().contains(key)) {
            found.add(new Garbage(
                    GarbageKind.GARBAGE_KIND_FINISHED_STATE,
                    folder + "state/",
                    Optional.of(key),
                    states,
                    "the task is done"));
        }
    }

    private Garbage artifact(GarbageKind kind, ArtifactKey key, String reason) {
        return new Garbage(
                kind,
                "artifacts/" + key + "/",
                Optional.of(key),
                artifacts.byKey().get(key),
                reason);
    }

    private boolean held(ArtifactKey key) {
        return pins.byKey().getOrDefault(key, List.of()).stream().anyMatch(pin -> !Pins.stale(pin, now));
    }

    private boolean old(StoredObject object) {
        return object.modified().isBefore(now.minus(options.grace()));
    }
}
