package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.store.StoreException;
import org.junit.jupiter.api.Test;

class CallErrorsTest {
    @Test
    void of_dispatcherThatHasStopped_isUnavailable() {
        assertThat(code(new RejectedExecutionException("stopped"))).isEqualTo(Status.Code.UNAVAILABLE);
        assertThatThrownBy(() -> Waiting.on(CompletableFuture.failedFuture(new RejectedExecutionException("stopped"))))
                .satisfies(error -> assertThat(code(error)).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void of_storeAndStoredThings_areToldApartFromDefects() {
        assertThat(code(new StoreException("503"))).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(code(new ArtifactCorruptException("cut"))).isEqualTo(Status.Code.DATA_LOSS);
        assertThat(code(new IllegalStateException("a defect"))).isEqualTo(Status.Code.INTERNAL);
        assertThat(code(new StackOverflowError())).isEqualTo(Status.Code.INTERNAL);
    }

    private static Status.Code code(Throwable error) {
        return CallErrors.of(error).getStatus().getCode();
    }
}
