package org.crvqa.coordinator.api;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.crvqa.study.threads.Fatal;

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
            throw CallErrors.refusal(Reason.NOT_LEADER, "The coordinator is stopping");
        } catch (TimeoutException e) {
            throw CallErrors.refusal(
                    Reason.OVERLOADED,
                    "The coordinator has too much to do: its dispatcher did not answer within " + SECONDS
                            + " s; ask again");
        } catch (ExecutionException e) {
            Fatal.check(e);
            if (e.getCause() instanceof RejectedExecutionException stopped) {
                throw stopped;
            }
            if (e.getCause() instanceof StatusRuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException("The dispatcher failed", e.getCause());
        }
    }
}
