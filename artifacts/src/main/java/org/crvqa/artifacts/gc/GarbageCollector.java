package org.crvqa.artifacts.gc;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.crvqa.artifacts.RemovalProtocol;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageProgress;
import org.crvqa.coordinator.v1.GarbageSummary;

/**
 * Finds and removes what nothing needs any more: states of finished tasks, leftovers of unknown tasks and of writers that
 * died, artifacts that neither experiments nor names nor pins reach, and stale pins. Ages are by the store's clock. At
 * most one collection of a store at a time; whoever calls sees to that. Throws the store's
 * {@link org.crvqa.artifacts.store.StoreException}; what was removed until then is gone, and nothing is half removed
 * that the next run, or {@link #finishDeletions}, does not finish. One object that cannot be read ends nothing: what it may
 * protect stays, and the summary says so.
 */
public final class GarbageCollector {
    private final ObjectStore store;
    private final Path scratch;

    /** @param scratch a folder for files to verify, one at a time */
    public GarbageCollector(ObjectStore store, Path scratch) {
        this.store = store;
        this.scratch = scratch;
    }

    /**
     * One collection. Ends early when {@code says} throws, between two removals.
     *
     * @param says gets progress and items as they come, not the summary
     * @throws org.crvqa.artifacts.InvalidInputException when an artifact must not be discarded; nothing was removed
     * @throws CollectionAbandonedException when another coordinator leads
     */
    public GarbageSummary collect(
            Needs needs, GarbageOptions options, Gate gate, Consumer<CollectGarbageResponse> says) {
        Discards discards = new Discards(store, scratch);
        options.discard().forEach(key -> discards.check(key, needs));
        Tally tally = new Tally(options.apply(), says);
        try (Lanes lanes = new Lanes()) {
            Removals removals = new Removals(store, gate, lanes, tally);
            if (options.apply()) {
                removals.recover();
            }
            Instant now = store.storeTime();
            GarbageSearch search = new GarbageSearch(
                    store, needs, options, now, lanes, (phase, seen) -> says.accept(progress(phase, seen)));
            search.find(options.apply() ? removals::add : garbage -> tally.found(garbage, false));
            removals.flush();
            return tally.summary(search.artifactCount(), search.notes());
        }
    }

    /**
     * Ends what a collector that died left: removals that were decided are completed, all others taken back. For the
     * start of a coordinator, because nobody can write an artifact whose removal is decided.
     *
     * @return what could not be read and stays as it is, for people
     */
    public List<String> finishDeletions() {
        return new RemovalProtocol(store).recover();
    }

    private static CollectGarbageResponse progress(String phase, long seen) {
        return CollectGarbageResponse.newBuilder()
                .setProgress(GarbageProgress.newBuilder().setPhase(phase).setObjectsSeen(seen))
                .build();
    }
}
