package org.crvqa.coordinator.api;

import com.google.protobuf.util.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.gc.CollectionAbandonedException;
import org.crvqa.artifacts.gc.GarbageCollector;
import org.crvqa.artifacts.gc.GarbageOptions;
import org.crvqa.artifacts.gc.Gate;
import org.crvqa.artifacts.gc.Needs;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.GarbageSummary;
import org.jboss.logging.Logger;

/**
 * Collections of garbage, one at a time, beside submissions, which never wait for a removal: what an experiment begins to
 * need while one runs is not removed. Thread-safe.
 */
final class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);

    private final GarbageCollector collector;
    private final ExperimentMetrics metrics;
    private final Semaphore turn = new Semaphore(1);
    private final NewNeeds added = new NewNeeds();

    Housekeeping(GarbageCollector collector, ExperimentMetrics metrics) {
        this.collector = collector;
        this.metrics = metrics;
    }

    /** Ends what a coordinator that died in a collection left. Before any task runs. */
    void finishDeletions() {
        setAside(collector.finishDeletions());
    }

    /**
     * A collection that may begin: until it is closed no other may. Any thread.
     *
     * @throws io.grpc.StatusRuntimeException ABORTED while another runs
     * @throws InvalidInputException when the request is malformed
     */
    Turn turn(CollectGarbageRequest request) {
        GarbageOptions options = options(request);
        if (!turn.tryAcquire()) {
            throw CallErrors.refusal(
                    Reason.COLLECTION_RUNS, "Another collection of garbage runs; ask again when it has ended");
        }
        return new Turn(options);
    }

    /** The right to collect garbage. Close it once. */
    final class Turn implements AutoCloseable {
        private final GarbageOptions options;

        private Turn(GarbageOptions options) {
            this.options = options;
        }

        /**
         * Collects; the summary comes last.
         *
         * @param needs asked once, when new needs are already noted
         * @param says ends the collection by throwing
         * @throws io.grpc.StatusRuntimeException ABORTED when another coordinator leads meanwhile
         * @throws InvalidInputException when the request names what must not be discarded
         */
        void collect(Supplier<Needs> needs, TermFence fence, Consumer<CollectGarbageResponse> says) {
            try {
                added.collectionBegins();
                GarbageSummary summary = collector.collect(needs.get(), options, new FencedGate(added, fence), says);
                setAside(summary.getNotesList());
                says.accept(
                        CollectGarbageResponse.newBuilder().setSummary(summary).build());
            } catch (CollectionAbandonedException e) {
                throw CallErrors.refusal(Reason.COLLECTION_ABANDONED, String.valueOf(e.getMessage()));
            } finally {
                added.collectionEnds();
            }
        }

        @Override
        public void close() {
            turn.release();
        }
    }

    /** Begins a submission, which says what it needs before that is looked for in the store. */
    NewNeeds.Submission submission() {
        return added.submission();
    }

    private void setAside(List<String> notes) {
        notes.forEach(note -> LOG.warnf("Garbage: %s", note));
        metrics.garbageSetAside(notes.size());
    }

    private record FencedGate(NewNeeds added, TermFence fence) implements Gate {
        @Override
        public boolean isNeeded(ArtifactKey key) {
            return added.contains(key);
        }

        @Override
        public boolean leads() {
            return !fence.newerTermExists();
        }
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
