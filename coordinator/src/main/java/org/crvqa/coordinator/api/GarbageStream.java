package org.crvqa.coordinator.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.crvqa.coordinator.v1.CollectGarbageResponse;

/**
 * Tells a client what a collection does, no faster than it reads: progress once a second at most, and only when it can
 * take a message; items all, for which the collection waits. Throws CANCELLED when the client is gone, which ends the
 * collection. For one thread.
 */
final class GarbageStream implements Consumer<CollectGarbageResponse> {
    private static final long PROGRESS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();

    private final ServerCallStreamObserver<CollectGarbageResponse> observer;
    private final LongSupplier nanos;
    private long progressAt;

    /** @param nanos as {@link System#nanoTime()} */
    GarbageStream(StreamObserver<CollectGarbageResponse> observer, LongSupplier nanos) {
        this.observer = (ServerCallStreamObserver<CollectGarbageResponse>) observer;
        this.nanos = nanos;
        this.progressAt = nanos.getAsLong();
    }

    @Override
    public void accept(CollectGarbageResponse response) {
        failWhenCancelled();
        if (!response.hasProgress()) {
            awaitReady();
            observer.onNext(response);
        } else if (nanos.getAsLong() - progressAt >= 0 && observer.isReady()) {
            progressAt = nanos.getAsLong() + PROGRESS_NANOS;
            observer.onNext(response);
        }
    }

    private void awaitReady() {
        long began = nanos.getAsLong();
        while (!observer.isReady()) {
            failWhenCancelled();
            if (nanos.getAsLong() - began > PATIENCE.toNanos()) {
                throw CallErrors.refusal(
                        Reason.COLLECTION_ABANDONED,
                        "The client has not read for " + PATIENCE.toSeconds()
                                + " s, so this collection of garbage has ended; ask again");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void failWhenCancelled() {
        if (observer.isCancelled()) {
            throw CallErrors.refusal(
                    Reason.CALLER_GONE, "The client has left, so this collection of garbage has ended");
        }
    }
}
