package org.crvqa.coordinator.api;

import com.google.protobuf.util.Timestamps;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.CollectGarbageResponse;
import org.crvqa.coordinator.v1.Operation;
import org.crvqa.coordinator.v1.OperationState;
import org.crvqa.study.threads.Fatal;
import org.crvqa.study.threads.Threads;
import org.jboss.logging.Logger;

/**
 * Collections of garbage as operations, which outlive the calls that begin them and are written down. Of one whose
 * coordinator leads no more, whoever leads next says that it failed; what it did is not undone, and a new one does the rest.
 * Thread-safe.
 */
final class Operations {
    private static final Logger LOG = Logger.getLogger(Operations.class);
    /** Of those that have ended, for callers that look once more. */
    private static final int MOST_KEPT = 100;

    private final OperationStore store;
    private final Housekeeping housekeeping;
    private final BiConsumer<Housekeeping.Turn, Consumer<CollectGarbageResponse>> collect;
    private final long term;
    private final Clock clock;
    /** Its own monitor; the oldest first. */
    private final Map<String, Running> running = new LinkedHashMap<>();

    /** {@code collect}: does what a turn allows, and says what it does. */
    Operations(
            OperationStore store,
            Housekeeping housekeeping,
            BiConsumer<Housekeeping.Turn, Consumer<CollectGarbageResponse>> collect,
            long term,
            Clock clock) {
        this.store = store;
        this.housekeeping = housekeeping;
        this.collect = collect;
        this.term = term;
        this.clock = clock;
    }

    /**
     * Begins a collection and returns.
     *
     * @throws StatusRuntimeException ABORTED while another runs; INVALID_ARGUMENT
     */
    Operation start(CollectGarbageRequest request) {
        Housekeeping.Turn turn = housekeeping.turn(request);
        try {
            Running begun = begin(request);
            // A call's context ends with the call; the operation does not.
            Threads.named("garbage")
                    .newThread(Context.ROOT.wrap(() -> quietly(() -> run(turn, begun, said -> {}))))
                    .start();
            return begun.snapshot();
        } catch (Throwable e) {
            turn.close();
            throw e;
        }
    }

    /** Collects on the caller's thread; {@code says} ends the operation by throwing. Errors as {@link #start}. */
    void run(CollectGarbageRequest request, Consumer<CollectGarbageResponse> says) {
        Housekeeping.Turn turn = housekeeping.turn(request);
        Running begun;
        try {
            begun = begin(request);
        } catch (Throwable e) {
            turn.close();
            throw e;
        }
        run(turn, begun, says);
    }

    private Running begin(CollectGarbageRequest request) {
        Running begun = new Running(Operation.newBuilder()
                .setId(OperationStore.newId(term))
                .setState(OperationState.OPERATION_STATE_RUNNING)
                .setStarted(Timestamps.fromMillis(clock.millis()))
                .setCollectGarbage(request)
                .setCaller(Peer.caller())
                .build());
        store.begin(begun.snapshot());
        synchronized (running) {
            running.put(begun.snapshot().getId(), begun);
            var oldest = running.values().iterator();
            while (running.size() > MOST_KEPT && oldest.next().hasEnded()) {
                oldest.remove();
            }
        }
        return begun;
    }

    private void run(Housekeeping.Turn turn, Running begun, Consumer<CollectGarbageResponse> says) {
        try (turn) {
            collect.accept(turn, said -> {
                begun.said(said);
                says.accept(said);
            });
            end(begun, OperationState.OPERATION_STATE_SUCCEEDED, "");
        } catch (Throwable e) {
            Fatal.check(e);
            StatusRuntimeException error = CallErrors.of(e);
            boolean asked = begun.cancelled || error.getStatus().getCode() == io.grpc.Status.Code.CANCELLED;
            end(
                    begun,
                    asked ? OperationState.OPERATION_STATE_CANCELLED : OperationState.OPERATION_STATE_FAILED,
                    String.valueOf(error.getStatus().getDescription()));
            throw e;
        }
    }

    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.infof("A collection of garbage has ended early: %s", e.getMessage());
        }
    }

    private void end(Running begun, OperationState state, String problem) {
        Operation ended = begun.end(state, problem, clock.millis());
        try {
            store.end(ended);
        } catch (StoreException e) {
            LOG.warnf("How operation %s ended is not in the store (%s): %s", ended.getId(), e.getMessage(), ended);
        }
        begun.done.complete(ended);
    }

    /** @throws StatusRuntimeException NOT_FOUND */
    Operation get(String id) {
        Optional<Running> known = known(id);
        if (known.isPresent()) {
            return known.get().snapshot();
        }
        Operation found = store.find(id).orElseThrow(() -> notFound(id));
        boolean deserted = found.getState() == OperationState.OPERATION_STATE_RUNNING
                && OperationStore.term(id).orElse(term) < term;
        if (!deserted) {
            return found;
        }
        store.end(found.toBuilder()
                .setState(OperationState.OPERATION_STATE_FAILED)
                .setEnded(Timestamps.fromMillis(clock.millis()))
                .setProblem("The coordinator that ran it leads no more; start it again to have the rest done")
                .build());
        return store.find(id).orElse(found);
    }

    /** Completes when the operation has ended, or after {@code most} with what it is then. Errors as {@link #get}. */
    CompletableFuture<Operation> await(String id, Duration most) {
        Operation now = get(id);
        Optional<Running> known = known(id);
        if (known.isEmpty() || now.getState() != OperationState.OPERATION_STATE_RUNNING) {
            return CompletableFuture.completedFuture(now);
        }
        return known.get()
                .done
                .thenApply(Optional::of)
                .completeOnTimeout(Optional.empty(), most.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(ended -> ended.orElseGet(known.get()::snapshot));
    }

    /** Asks it to end at its next step. Errors as {@link #get}. */
    Operation cancel(String id) {
        known(id).ifPresent(begun -> begun.cancelled = true);
        return get(id);
    }

    private Optional<Running> known(String id) {
        synchronized (running) {
            return Optional.ofNullable(running.get(id));
        }
    }

    private static StatusRuntimeException notFound(String id) {
        return CallErrors.refusal(
                Reason.OPERATION_NOT_FOUND, "There is no operation '" + id + "'", Map.of("operation", id));
    }

    /** One that this coordinator runs, or ran. */
    private static final class Running {
        private final CompletableFuture<Operation> done = new CompletableFuture<>();
        private volatile boolean cancelled;
        private Operation latest;

        Running(Operation begun) {
            latest = begun;
        }

        synchronized Operation snapshot() {
            return latest;
        }

        synchronized boolean hasEnded() {
            return latest.getState() != OperationState.OPERATION_STATE_RUNNING;
        }

        /** @throws StatusRuntimeException CANCELLED when somebody asked for that */
        void said(CollectGarbageResponse said) {
            if (cancelled && !said.hasSummary()) {
                throw CallErrors.refusal(Reason.OPERATION_CANCELLED, "Somebody has cancelled this operation");
            }
            synchronized (this) {
                Operation.Builder now = latest.toBuilder();
                switch (said.getContentCase()) {
                    case PROGRESS -> now.setProgress(said.getProgress());
                    case ITEM -> now.setItems(now.getItems() + 1);
                    case SUMMARY -> now.setSummary(said.getSummary());
                    case CONTENT_NOT_SET -> {}
                }
                latest = now.build();
            }
        }

        synchronized Operation end(OperationState state, String problem, long millis) {
            latest = latest.toBuilder()
                    .clearProgress()
                    .setState(state)
                    .setProblem(problem)
                    .setEnded(Timestamps.fromMillis(millis))
                    .build();
            return latest;
        }
    }
}
