package org.crvqa.coordinator.api;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.crvqa.coordinator.threads.Fatal;

/** Waits for the dispatcher. */
final class Waiting {
    private static final long SECONDS = 10;

    private Waiting() {}

    /** @throws io.grpc.StatusRuntimeException UNAVAILABLE when there is no answer in time, or there will be none */
    static <T> T on(CompletableFuture<T> answer) {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.UNAVAILABLE
                    .withDescription("The coordinator is stopping")
                    .asRuntimeException();
        } catch (TimeoutException e) {
            throw Status.UNAVAILABLE
                    .withDescription("The coordinator has too much to do: its dispatcher did not answer within "
                            + SECONDS + " s; ask again")
                    .withCause(e)
                    .asRuntimeException();
        } catch (ExecutionException e) {
            Fatal.check(e);
            if (e.getCause() instanceof RejectedExecutionException stopped) {
                throw stopped;
            }
            throw new IllegalStateException("The dispatcher failed", e.getCause());
        }
    }
}
