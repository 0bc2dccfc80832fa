package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Path;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may give work to a worker, and when it takes none any more. */
class FencingTest {
    @TempDir
    private Path folder;

    private WorkerFixture worker;

    @BeforeEach
    void open() throws Exception {
        worker = WorkerFixture.accepting(folder);
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void run_leaderThatWasReplaced_isRefused() throws Exception {
        completesInTerm(1, 7);

        assertRefused(2, 6, Refusal.Reason.FENCED);

        completesInTerm(3, 7);
        completesInTerm(4, 8);
    }

    @Test
    void run_callerWithoutTerms_isTaken() throws Exception {
        completesInTerm(1, 7);
        completesInTerm(2, 0);
        assertRefused(3, 6, Refusal.Reason.FENCED);
    }

    @Test
    void handler_deviceBroken_taskIsNotChargedAndWorkerTakesNoMore() throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException("CUDA error: uncorrectable ECC error encountered");
        });
        TaskEvent last = worker.run(training(1)).awaitTerminal();

        assertThat(last.getFailed().getKind()).isEqualTo(FailureKind.FAILURE_KIND_DEVICE);
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_DEVICE_FAILED);
        assertThat(worker.runner.isAccepting()).isFalse();
        assertRefused(2, 0, Refusal.Reason.DEVICE_FAILED);
    }

    @Test
    void handler_applicationErrorOnTheDevice_taskFailsAndWorkerStays() throws Exception {
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException("CUDA error: device-side assert triggered");
        });
        assertThat(worker.run(training(1)).awaitTerminal().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_INTERNAL);

        worker.handler.does((spec, context) -> {});
        completesInTerm(2, 0);
    }

    private void completesInTerm(long seed, long term) throws Exception {
        RecordingSubscriber subscriber =
                worker.run(training(seed).toBuilder().setTerm(term).build());
        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
    }

    private void assertRefused(long seed, long term, Refusal.Reason reason) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() ->
                        worker.run(training(seed).toBuilder().setTerm(term).build()))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
