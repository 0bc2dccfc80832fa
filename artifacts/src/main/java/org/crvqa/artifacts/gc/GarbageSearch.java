package org.crvqa.artifacts.gc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;
import org.crvqa.coordinator.v1.GarbageKind;

/**
 * Finds what could be removed, as the store is now. Removes nothing. In memory it has a table of what lies below {@code
 * artifacts/}, about 75 bytes a key, and the pins; of everything else one task, or one page of a listing.
 */
final class GarbageSearch {
    /** Where a store is tried out when it is opened. */
    static final String PROBES = "probes/";

    private static final int MANIFESTS_AT_ONCE = 256;
    private static final Pattern KEY_IN_NAME = Pattern.compile("^(?:artifacts|tasks)/([0-9a-f]{64})/.*");

    private final ObjectStore store;
    private final Needs needs;
    private final GarbageOptions options;
    private final Instant now;
    private final Lanes lanes;
    private final BiConsumer<String, Long> progress;
    private final Pins.Held held;
    private final ArtifactTable artifacts;

    /** Why something was not looked at, or stays. */
    private final List<String> notes = new ArrayList<>();

    /** Artifacts that are garbage themselves. */
    private final BitSet unnamed = new BitSet();

    /** Whether it is known what is needed. */
    private boolean needsKnown;

    private long seen;

    GarbageSearch(
            ObjectStore store,
            Needs needs,
            GarbageOptions options,
            Instant now,
            Lanes lanes,
            BiConsumer<String, Long> progress) {
        this.store = store;
        this.needs = needs;
        this.options = options;
        this.now = now;
        this.lanes = lanes;
        this.progress = progress;
        progress.accept("looking at pins", seen);
        this.held = new Pins(store).held(now);
        this.artifacts = ArtifactTable.of(store, this::isOld, count -> progress.accept("looking at artifacts", count));
        for (int i = 0; i < artifacts.size(); i++) {
            seen += artifacts.objects(i);
        }
        this.notes.addAll(needs.unknown());
        this.notes.addAll(held.unreadable());
        this.needsKnown = notes.isEmpty();
    }

    /** Everything, artifacts before the tasks that made them. */
    void find(Consumer<Garbage> found) {
        stalePins(found);
        probes(found);
        uploads(found);
        orphans(found);
        unnamedArtifacts(found);
        discards(found);
        tasks(found);
    }

    /** Why something was not looked at, or stays, for people. */
    List<String> notes() {
        return notes;
    }

    /** Artifacts that exist. */
    long artifactCount() {
        return artifacts.artifacts();
    }

    private void stalePins(Consumer<Garbage> found) {
        for (StoredObject pin : new Pins(store).list()) {
            if (Pins.isStale(pin, now)) {
                found.accept(Garbage.of(
                        GarbageKind.GARBAGE_KIND_STALE_PIN,
                        pin.name(),
                        Optional.empty(),
                        List.of(pin),
                        "not renewed since " + pin.modified()));
            }
        }
    }

    private void probes(Consumer<Garbage> found) {
        for (StoredObject probe : store.entries(PROBES)) {
            if (isOld(probe)) {
                found.accept(Garbage.of(
                        GarbageKind.GARBAGE_KIND_STALE_UPLOAD,
                        probe.name(),
                        Optional.empty(),
                        List.of(probe),
                        "left by a probe of the store that did not end"));
            }
        }
    }

    private void uploads(Consumer<Garbage> found) {
        for (StoredObject upload : store.unfinishedUploads()) {
            Optional<ArtifactKey> key = keyIn(upload);
            boolean live = key.isPresent() && (held.holds(key.get()) || isUnfinished(key.get()));
            if (!live && isOld(upload) && store.latestProgress(upload).isBefore(now.minus(options.grace()))) {
                found.accept(Garbage.of(
                        GarbageKind.GARBAGE_KIND_STALE_UPLOAD,
                        upload.name(),
                        key,
                        List.of(upload),
                        "without progress within the grace, and nobody that could go on is known"));
            }
        }
    }

    private static Optional<ArtifactKey> keyIn(StoredObject upload) {
        Matcher matcher = KEY_IN_NAME.matcher(upload.name());
        return matcher.matches() ? Optional.of(new ArtifactKey(matcher.group(1))) : Optional.empty();
    }

    private void orphans(Consumer<Garbage> found) {
        for (int i = 0; i < artifacts.size(); i++) {
            boolean candidate = !artifacts.exists(i) && !artifacts.isYoung(i);
            ArtifactKey key = artifacts.key(i);
            if (candidate && !isUnfinished(key) && !held.holds(key)) {
                found.accept(artifact(
                        GarbageKind.GARBAGE_KIND_ORPHAN_FILES, i, "no manifest, and nothing written within the grace"));
            }
        }
    }

    private void unnamedArtifacts(Consumer<Garbage> found) {
        Named named = Named.in(store);
        named.unreadable()
                .forEach(problem -> notes.add("Datasets and models without a name stay, because nobody knows which is "
                        + "meant by one: " + problem));
        Reach reach = Reach.from(
                roots(named), store, artifacts, lanes, count -> progress.accept("following inputs", seen + count));
        notes.addAll(reach.unreadable());
        needsKnown &= reach.unreadable().isEmpty();
        if (!needsKnown) {
            return;
        }
        BitSet garbage = new BitSet();
        for (int i = 0; i < artifacts.size(); i++) {
            garbage.set(i, artifacts.exists(i) && !reach.contains(i) && !isDiscarded(i));
        }
        if (!named.unreadable().isEmpty()) {
            keepImports(garbage);
        }
        unnamed.or(garbage);
        garbage.stream()
                .forEach(i -> found.accept(artifact(
                        GarbageKind.GARBAGE_KIND_UNNAMED_ARTIFACT,
                        i,
                        "needed by no experiment, name, reader or artifact that stays")));
    }

    private BitSet roots(Named named) {
        BitSet roots = new BitSet();
        for (int i = 0; i < artifacts.size(); i++) {
            ArtifactKey key = artifacts.key(i);
            // What is young stays, and so does what it was made of.
            roots.set(
                    i,
                    artifacts.isYoungArtifact(i)
                            || needs.artifacts().contains(key)
                            || needs.wanted().contains(key)
                            || named.keys().contains(key)
                            || held.holds(key));
        }
        return roots;
    }

    private void keepImports(BitSet garbage) {
        int[] numbers = garbage.stream().toArray();
        for (int from = 0; from < numbers.length; from += MANIFESTS_AT_ONCE) {
            List<Integer> some = new ArrayList<>();
            for (int i = from; i < Math.min(from + MANIFESTS_AT_ONCE, numbers.length); i++) {
                some.add(numbers[i]);
            }
            lanes.only(some, number -> mayBeImport(artifacts.key(number))).forEach(garbage::clear);
        }
    }

    private boolean mayBeImport(ArtifactKey key) {
        return Imports.mayBe(store, key);
    }

    private void discards(Consumer<Garbage> found) {
        for (ArtifactKey key : options.discard()) {
            int number = artifacts.number(key);
            if (number >= 0 && !unnamed.get(number)) {
                found.accept(artifact(
                        GarbageKind.GARBAGE_KIND_DISCARDED, number, "its bytes are corrupt and --discard names it"));
            }
        }
    }

    private void tasks(Consumer<Garbage> found) {
        TaskObjects pending = new TaskObjects();
        KeyFolders.visit(
                store,
                "tasks/",
                count -> progress.accept("looking at tasks", seen + count),
                (key, object) -> pending.add(key, object, found));
        pending.flush(found);
    }

    /** The objects of the task that a listing shows at the moment. */
    private final class TaskObjects {
        private final List<StoredObject> objects = new ArrayList<>();
        private Optional<ArtifactKey> current = Optional.empty();

        void add(ArtifactKey key, StoredObject object, Consumer<Garbage> found) {
            if (!current.equals(Optional.of(key))) {
                flush(found);
                current = Optional.of(key);
            }
            objects.add(object);
        }

        void flush(Consumer<Garbage> found) {
            current.ifPresent(key -> task(key, List.copyOf(objects), found));
            objects.clear();
        }
    }

    private void task(ArtifactKey key, List<StoredObject> objects, Consumer<Garbage> found) {
        if (isUnfinished(key)) {
            return;
        }
        int number = artifacts.number(key);
        boolean done = number >= 0 && artifacts.exists(number);
        boolean known = needs.artifacts().contains(key) || held.holds(key) || (done && !unnamed.get(number));
        String folder = "tasks/" + key + "/";
        if (!known && needsKnown && objects.stream().allMatch(this::isOld)) {
            found.accept(Garbage.of(
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
            found.accept(Garbage.of(
                    GarbageKind.GARBAGE_KIND_FINISHED_STATE,
                    folder + "state/",
                    Optional.of(key),
                    states,
                    "the task is done"));
        }
    }

    private Garbage artifact(GarbageKind kind, int number, String reason) {
        ArtifactKey key = artifacts.key(number);
        return new Garbage(
                kind,
                ArtifactLayout.folder(key),
                Optional.of(key),
                artifacts.exists(number),
                artifacts.objects(number),
                artifacts.bytes(number),
                List.of(),
                reason);
    }

    /** Whether the task runs or will run. */
    private boolean isUnfinished(ArtifactKey key) {
        return needs.wanted().contains(key) && !artifacts.exists(key);
    }

    private boolean isDiscarded(int number) {
        return !options.discard().isEmpty() && options.discard().contains(artifacts.key(number));
    }

    private boolean isOld(StoredObject object) {
        return object.modified().isBefore(now.minus(options.grace()));
    }
}
