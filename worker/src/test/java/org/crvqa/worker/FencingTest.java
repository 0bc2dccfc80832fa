package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may give work to a worker. */
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
    void cancel_leaderThatWasReplaced_isRefusedAndTheTaskGoesOn() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        RecordingSubscriber subscriber = new RecordingSubscriber();
        worker.runner.run(training(1).toBuilder().setTerm(7).build(), subscriber);
        assertThat(worker.handler.entered.await(20, TimeUnit.SECONDS)).isTrue();

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> worker.runner.cancel(keyOf(training(1)), 6))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.FENCED));
        worker.handler.release.countDown();

        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
    }

    @Test
    void cancel_laterLeader_fencesTheEarlierOne() {
        assertThat(worker.runner.cancel(keyOf(training(1)), 8)).isFalse();

        assertRefused(1, 7, Refusal.Reason.FENCED);
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
