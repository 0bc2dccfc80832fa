package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private final Failures failures = new Failures(() -> "incident-7");

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(new InvalidInputException("bad", "fix"), FailureKind.FAILURE_KIND_USER_ERROR),
                Arguments.of(new StoreException("503"), FailureKind.FAILURE_KIND_EXTERNAL),
                Arguments.of(new ArtifactCorruptException("digest"), FailureKind.FAILURE_KIND_CORRUPT_DATA),
                Arguments.of(new OutOfMemoryError("heap"), FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES),
                Arguments.of(
                        new IllegalStateException("DefaultCPUAllocator: can't allocate memory: you tried 8 bytes"),
                        FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES),
                Arguments.of(
                        new IllegalStateException("CUDA out of memory. Tried to allocate 2 GiB"),
                        FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES),
                Arguments.of(
                        new IllegalStateException("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
                        FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES),
                Arguments.of(
                        new IllegalStateException("cudaErrorMemoryAllocation: CUDA error: out of memory"),
                        FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES),
                Arguments.of(
                        new IllegalStateException("CUDA error: uncorrectable ECC error encountered"),
                        FailureKind.FAILURE_KIND_DEVICE),
                Arguments.of(
                        new IllegalStateException("CUDA error: unspecified launch failure"),
                        FailureKind.FAILURE_KIND_DEVICE),
                Arguments.of(
                        new IllegalStateException("CUDA error: device-side assert triggered"),
                        FailureKind.FAILURE_KIND_DEVICE),
                Arguments.of(
                        new IllegalStateException("expected scalar type Float but found BFloat16"),
                        FailureKind.FAILURE_KIND_INTERNAL),
                Arguments.of(
                        new UncheckedIOException(new IOException("No space left on device")),
                        FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES),
                Arguments.of(new CompletionException(new StoreException("timeout")), FailureKind.FAILURE_KIND_EXTERNAL),
                Arguments.of(new NullPointerException("x"), FailureKind.FAILURE_KIND_INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void of_exception_givesItsKind(Throwable thrown, FailureKind kind) {
        assertThat(failures.of("Task 1", thrown).getKind()).isEqualTo(kind);
    }

    @Test
    void of_invalidInput_keepsMessageAndAdvice() {
        TaskFailure failure = failures.of("Task 1", new InvalidInputException("line 3 is cut", "Export it again."));

        assertThat(failure.getCause()).isEqualTo("line 3 is cut");
        assertThat(failure.getAdvice()).isEqualTo("Export it again.");
    }

    @Test
    void of_defect_namesTheIncidentAndHidesTheMessage() {
        TaskFailure failure = failures.of("Task 1", new IllegalStateException("/secret/path"));

        assertThat(failure.getCause())
                .contains("IllegalStateException", "incident-7")
                .doesNotContain("secret");
        assertThat(failure.getAdvice()).contains("incident-7");
    }

    @Test
    void of_corruptArtifact_keepsItsName() {
        assertThat(failures.of("Task 1", new ArtifactCorruptException("Artifact abc, file x: digest"))
                        .getCause())
                .contains("Artifact abc");
    }
}
