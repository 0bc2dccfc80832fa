package org.crvqa.coordinator.api;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.gc.GarbageCollector;
import org.crvqa.artifacts.gc.GarbageOptions;
import org.crvqa.artifacts.gc.Gate;
import org.crvqa.artifacts.gc.Needs;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageSummary;

/**
 * Collections of garbage, one at a time, beside submissions: what an experiment begins to need while one runs is not
 * removed, and an experiment is not submitted in the middle of a removal. Thread-safe.
 */
final class Housekeeping implements Gate {
    private final GarbageCollector collector;
    private final Semaphore turn = new Semaphore(1);
    private final Set<ArtifactKey> added = new HashSet<>();

    Housekeeping(GarbageCollector collector) {
        this.collector = collector;
    }

    /** Ends what a coordinator that died in a collection left. Before any task runs. */
    void finishDeletions() {
        collector.finishDeletions();
    }

    /**
     * One collection; the summary comes last.
     *
     * @param needs asked once, when new needs are already noted
     * @throws io.grpc.StatusRuntimeException ABORTED while another runs
     * @throws InvalidInputException when the request is malformed, or names what must not be discarded
     */
    void collect(CollectGarbageRequest request, Supplier<Needs> needs, Consumer<CollectGarbageResponse> says) {
        GarbageOptions options = options(request);
        if (!turn.tryAcquire()) {
            throw Status.ABORTED
                    .withDescription("Another collection of garbage runs; ask again when it has ended")
                    .asRuntimeException();
        }
        try {
            forget();
            GarbageSummary summary = collector.collect(needs.get(), options, this, says);
            says.accept(CollectGarbageResponse.newBuilder().setSummary(summary).build());
        } finally {
            turn.release();
        }
    }

    /** Notes what an experiment needs, before it is looked for in the store. */
    synchronized void need(Collection<ArtifactKey> keys) {
        added.addAll(keys);
    }

    @Override
    public synchronized boolean unlessNeeded(ArtifactKey key, BooleanSupplier removal) {
        return !added.contains(key) && removal.getAsBoolean();
    }

    private synchronized void forget() {
        added.clear();
    }

    private static GarbageOptions options(CollectGarbageRequest request) {
        if (!Durations.isValid(request.getGrace())) {
            throw new InvalidInputException(
                    "grace is " + request.getGrace().getSeconds() + " s, which is no duration",
                    "Give a grace of some days.");
        }
        Duration grace = request.hasGrace()
                ? Duration.ofSeconds(
                        request.getGrace().getSeconds(), request.getGrace().getNanos())
                : GarbageOptions.DEFAULT_GRACE;
        Set<ArtifactKey> discard =
                request.getDiscardKeysList().stream().map(Housekeeping::key).collect(Collectors.toSet());
        return new GarbageOptions(request.getApply(), grace, discard);
    }

    private static ArtifactKey key(String text) {
        try {
            return new ArtifactKey(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(e.getMessage(), "Name the artifacts to discard by their whole keys.", e);
        }
    }
}
