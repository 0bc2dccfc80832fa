package org.crvqa.artifacts.gc;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.Pins;
import org.crvqa.artifacts.Tombstones;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoredObject;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageProgress;
import org.crvqa.coordinator.v1.GarbageSummary;

/**
 * Finds and removes what nothing needs any more: states of finished tasks, leftovers of unknown tasks and of writers that
 * died, artifacts that neither experiments nor names nor pins reach, and stale pins. Ages are by the store's clock. At
 * most one collection of a store at a time; whoever calls sees to that. Throws the store's
 * {@link org.crvqa.artifacts.store.StoreException}; what was removed until then is gone, and nothing is half removed
 * that the next run, or {@link #finishDeletions}, does not finish.
 */
public final class GarbageCollector {
    private final ObjectStore store;
    private final Path scratch;
    private final Removal removal;

    /** @param scratch a folder for files to verify, one at a time */
    public GarbageCollector(ObjectStore store, Path scratch) {
        this.store = store;
        this.scratch = scratch;
        this.removal = new Removal(store);
    }

    /**
     * One collection.
     *
     * @param says gets progress and items as they come, not the summary
     * @throws org.crvqa.artifacts.InvalidInputException when an artifact must not be discarded; nothing was removed
     */
    public GarbageSummary collect(
            Needs needs, GarbageOptions options, Gate gate, Consumer<CollectGarbageResponse> says) {
        Discards discards = new Discards(store, scratch);
        options.discard().forEach(key -> discards.check(key, needs));
        if (options.apply()) {
            Predicate<ArtifactKey> named = Removal.named(store);
            resume(key -> needs.artifacts().contains(key)
                    || needs.unfinished().contains(key)
                    || !needs.unknown().isEmpty()
                    || named.test(key));
        }
        Instant now = store.storeTime();
        GarbageSearch search =
                new GarbageSearch(store, needs, options, now, (phase, seen) -> says.accept(progress(phase, seen)));
        GarbageSummary.Builder summary = GarbageSummary.newBuilder().setApplied(options.apply());
        long artifacts = search.artifactCount();
        for (Garbage garbage : search.find()) {
            boolean removed = options.apply() && remove(garbage, now, gate);
            artifacts -= counts(garbage, options, removed) ? 1 : 0;
            if (removed || !options.apply()) {
                add(garbage, summary);
            }
            says.accept(CollectGarbageResponse.newBuilder()
                    .setItem(garbage.item(removed))
                    .build());
        }
        return summary.setArtifactsKept(artifacts).addAllNotes(search.notes()).build();
    }

    /**
     * Ends what a collector that died left: removals that were decided are completed, all others taken back. For the
     * start of a coordinator, because nobody can write an artifact whose removal is decided.
     */
    public void finishDeletions() {
        resume(key -> true);
    }

    private void resume(Predicate<ArtifactKey> needed) {
        for (ArtifactKey key : new Tombstones(store).keys()) {
            removal.resume(key, needed);
        }
    }

    private boolean remove(Garbage garbage, Instant now, Gate gate) {
        return switch (garbage.kind()) {
            case GARBAGE_KIND_ORPHAN_FILES, GARBAGE_KIND_UNNAMED_ARTIFACT -> {
                Predicate<ArtifactKey> named = Removal.named(store);
                ArtifactKey key = garbage.key().orElseThrow();
                yield gate.unlessNeeded(key, () -> removal.remove(key, named));
            }
            // Named or needed as it may be: its bytes are of no use to anybody.
            case GARBAGE_KIND_DISCARDED -> removal.remove(garbage.key().orElseThrow(), key -> false);
            case GARBAGE_KIND_UNKNOWN_TASK -> {
                ArtifactKey key = garbage.key().orElseThrow();
                yield gate.unlessNeeded(key, () -> removeTask(key, garbage.objects(), now));
            }
            case GARBAGE_KIND_STALE_PIN -> removePin(garbage, now);
            case GARBAGE_KIND_STALE_UPLOAD -> drop(garbage);
            default -> delete(garbage.objects());
        };
    }

    /** The artifact's provenance stays when a reader's pin kept the artifact. */
    private boolean removeTask(ArtifactKey key, List<StoredObject> objects, Instant now) {
        boolean kept = store.exists(ArtifactLayout.manifest(key)) || new Pins(store).held(key, now);
        return !kept && delete(objects);
    }

    /** Its holder may have come back since the search. */
    private boolean removePin(Garbage garbage, Instant now) {
        boolean stale = store.entries(garbage.name()).stream().allMatch(pin -> Pins.stale(pin, now));
        return stale && delete(garbage.objects());
    }

    private boolean drop(Garbage garbage) {
        if (garbage.name().startsWith(GarbageSearch.PROBES)) {
            return delete(garbage.objects());
        }
        garbage.objects().forEach(store::dropUpload);
        return true;
    }

    /** What commits a state goes first, so that none is seen without its files. */
    private boolean delete(List<StoredObject> objects) {
        objects.stream()
                .map(StoredObject::name)
                .filter(name -> name.endsWith("/state.json"))
                .forEach(store::delete);
        objects.forEach(object -> store.delete(object.name()));
        return true;
    }

    private static boolean counts(Garbage garbage, GarbageOptions options, boolean removed) {
        boolean artifact = garbage.objects().stream()
                .anyMatch(object -> garbage.key()
                        .filter(key -> object.name().equals(ArtifactLayout.manifest(key)))
                        .isPresent());
        return artifact && (removed || !options.apply());
    }

    private static void add(Garbage garbage, GarbageSummary.Builder summary) {
        summary.setItems(summary.getItems() + 1)
                .setObjects(summary.getObjects() + garbage.objects().size())
                .setSizeBytes(summary.getSizeBytes() + garbage.item(true).getSizeBytes());
    }

    private static CollectGarbageResponse progress(String phase, long seen) {
        return CollectGarbageResponse.newBuilder()
                .setProgress(GarbageProgress.newBuilder().setPhase(phase).setObjectsSeen(seen))
                .build();
    }
}
