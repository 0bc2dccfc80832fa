package org.crvqa.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3CompletionTest {
    private static final Duration COPY_TIME = Duration.ofMinutes(5);
    private static final SdkException LATE =
            ApiCallAttemptTimeoutException.builder().message("late").build();
    private static final SdkException BROKEN = SdkClientException.create("connection reset");
    private static final SdkException BUSY = answer(503);
    private static final SdkException GONE = answer(404);

    private Duration waited = Duration.ZERO;
    private int requests;

    private static SdkException answer(int status) {
        return S3Exception.builder()
                .statusCode(status)
                .message("answer " + status)
                .build();
    }

    /** Each request ends so; those after the last one succeed. */
    private void run(BooleanSupplier stored, SdkException... endings) {
        Deque<SdkException> left = new ArrayDeque<>(List.of(endings));
        new S3Completion(COPY_TIME, length -> waited = waited.plus(length))
                .run(
                        () -> {
                            requests++;
                            if (!left.isEmpty()) {
                                throw left.remove();
                            }
                        },
                        stored);
    }

    @Test
    void run_answeredLate_waitsForTheObjectAsLongAsACopyTakes() {
        run(() -> waited.compareTo(COPY_TIME.minusSeconds(30)) > 0, LATE);

        assertThat(requests).isEqualTo(1);
    }

    @Test
    void run_lateAndNeverThere_isSentAgain() {
        run(() -> false, LATE);

        assertThat(requests).isEqualTo(2);
        assertThat(waited).isGreaterThanOrEqualTo(COPY_TIME);
    }

    @Test
    void run_brokenOff_isSentAgainSoon() {
        run(() -> false, BROKEN, BUSY);

        assertThat(requests).isEqualTo(3);
        assertThat(waited).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void run_repeatedWhileTheServerStillJoins_waitsDespiteTheRefusal() {
        run(() -> waited.compareTo(Duration.ofMinutes(2)) > 0, BROKEN, GONE);

        assertThat(requests).isEqualTo(2);
    }

    @Test
    void run_refusedAtOnce_failsWithoutAnyWait() {
        assertThatThrownBy(() -> run(() -> false, GONE)).isSameAs(GONE);

        assertThat(waited).isZero();
    }

    @Test
    void run_neverAnswered_givesUpAfterABoundedNumberOfRequests() {
        assertThatThrownBy(() -> run(() -> false, BROKEN, BROKEN, BROKEN, BROKEN, BUSY, BROKEN))
                .isSameAs(BUSY);

        assertThat(requests).isEqualTo(5);
    }

    @Test
    void run_looksFailToo_goesOnLooking() {
        run(
                () -> {
                    if (waited.compareTo(Duration.ofMinutes(1)) < 0) {
                        throw BUSY;
                    }
                    return true;
                },
                LATE);

        assertThat(requests).isEqualTo(1);
    }
}
