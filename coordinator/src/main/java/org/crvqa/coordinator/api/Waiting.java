package org.crvqa.coordinator.api;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the dispatcher, whose event loop never blocks: a long wait is a defect, not load. */
final class Waiting {
    private static final long SECONDS = 10;

    private Waiting() {}

    /** @throws io.grpc.StatusRuntimeException when there is no answer in time */
    static <T> T on(CompletableFuture<T> answer) {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.UNAVAILABLE
                    .withDescription("The coordinator is stopping")
                    .asRuntimeException();
        } catch (TimeoutException e) {
            throw Status.INTERNAL
                    .withDescription("The dispatcher did not answer within " + SECONDS + " s")
                    .withCause(e)
                    .asRuntimeException();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The dispatcher failed", e.getCause());
        }
    }
}
