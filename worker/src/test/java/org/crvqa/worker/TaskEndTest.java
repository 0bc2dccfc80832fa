package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancel, drain and failure: how a task ends before its time, and that it ends once. */
class TaskEndTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

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
    void cancel_runningTask_stopsItAndLeavesNoArtifact() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));

        boolean wasRunning = worker.runner.cancel(keyOf(training(1)), 0);
        worker.handler.release.countDown();

        assertThat(wasRunning).isTrue();
        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.CANCELLED);
        assertThat(worker.artifacts.find(keyOf(training(1)))).isEmpty();
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
    }

    @Test
    void cancel_otherKey_changesNothing() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));

        boolean wasRunning = worker.runner.cancel(keyOf(training(2)), 0);
        worker.handler.release.countDown();

        assertThat(wasRunning).isFalse();
        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
    }

    @Test
    void cancel_beforeHandlerReturns_isNotCommitted() throws Exception {
        worker.handler.waitsForRelease();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));

        worker.runner.cancel(keyOf(training(1)), 0);
        worker.handler.release.countDown();

        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.CANCELLED);
        assertThat(worker.artifacts.find(keyOf(training(1)))).isEmpty();
    }

    @Test
    void cancel_whileCommitting_completes() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        worker.store.beforeCreate(name -> {
            committing.countDown();
            await(worker.handler.release);
        });
        RecordingSubscriber subscriber = worker.run(training(1));
        await(committing);

        boolean wasRunning = worker.runner.cancel(keyOf(training(1)), 0);
        worker.handler.release.countDown();

        assertThat(wasRunning).isTrue();
        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        assertThat(subscriber.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.COMPLETED);
    }

    @Test
    void run_sameKeyWhileBeingCancelled_isRefusedAsBusy() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        worker.runUntilEntered(training(1));
        worker.runner.cancel(keyOf(training(1)), 0);

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> worker.run(training(1)))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.BUSY));
    }

    @Test
    void drain_taskEndsInTime_completesAndNewWorkIsRefused() throws Exception {
        worker.handler.waitsForRelease();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));
        CompletableFuture<Void> drained = drainInBackground(LONG);
        worker.handler.release.countDown();

        drained.get(20, TimeUnit.SECONDS);

        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        assertThat(worker.runner.isAccepting()).isFalse();
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_DRAINING);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> worker.run(training(2)))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.DRAINING));
    }

    @Test
    void drain_taskTakesTooLong_interruptsItOnce() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));

        worker.runner.drain(Duration.ZERO);
        worker.handler.release.countDown();
        worker.runner.close();

        assertThat(worker.runner.awaitEnd(LONG)).isTrue();
        assertThat(subscriber.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.INTERRUPTED);
        assertThat(subscriber.awaitTerminal().getInterrupted().getReason()).contains(WorkerFixture.WORKER_ID);
        assertThat(worker.artifacts.find(keyOf(training(1)))).isEmpty();
        assertThat(worker.meters.find("crvqa.task").timers())
                .singleElement()
                .satisfies(timer -> assertThat(timer.getId().getTag("outcome")).isEqualTo("interrupted"));
    }

    @Test
    void drain_whileDraining_runningTaskCanBeJoined() throws Exception {
        worker.handler.waitsForRelease();
        worker.runUntilEntered(training(1));
        CompletableFuture<Void> drained = drainInBackground(LONG);
        while (worker.runner.isAccepting()) {
            Thread.onSpinWait();
        }

        RecordingSubscriber joined = worker.run(training(1));
        worker.handler.release.countDown();

        assertThat(joined.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        drained.get(20, TimeUnit.SECONDS);
    }

    @Test
    void handler_throwsOutOfMemory_failsAndWorkerGoesOn() throws Exception {
        worker.handler.does((spec, context) -> {
            if (spec.getTrain().getSeed() == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
        });

        assertThat(worker.run(training(1)).awaitTerminal().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES);
        assertThat(worker.run(training(2)).awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
    }

    @Test
    void commit_storeRefuses_failsAsExternal() throws Exception {
        worker.store.beforeCreate(name -> {
            throw new StoreException("createIfAbsent " + name + ": 503");
        });

        assertThat(worker.run(training(1)).awaitTerminal().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_EXTERNAL);
    }

    @Test
    void find_storeDownAtStart_failsAsExternalWithoutHandler() throws Exception {
        worker.store.beforeRead(name -> {
            throw new StoreException("read " + name + ": connection refused");
        });

        assertThat(worker.run(training(1)).awaitTerminal().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_EXTERNAL);
        assertThat(worker.handler.runs).hasValue(0);
    }

    private CompletableFuture<Void> drainInBackground(Duration limit) {
        return CompletableFuture.runAsync(() -> {
            try {
                worker.runner.drain(limit);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
