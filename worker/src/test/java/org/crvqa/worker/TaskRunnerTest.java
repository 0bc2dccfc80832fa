package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskRunnerTest {
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
    void run_newTask_commitsItsArtifactAndCompletes() throws Exception {
        TaskAssignment assignment = training(1);

        RecordingSubscriber subscriber = worker.run(assignment);
        TaskEvent last = subscriber.awaitTerminal();

        Manifest manifest = last.getCompleted().getManifest();
        assertThat(last.getCompleted().getReused()).isFalse();
        assertThat(worker.artifacts.find(keyOf(assignment))).contains(manifest);
        assertThat(manifest.getMetricsOrThrow("score")).isEqualTo(0.5);
        assertThat(manifest.getProducer().getComponent()).isEqualTo("trainer-service");
        assertThat(manifest.getProducer().getWorkerId()).isEqualTo(WorkerFixture.WORKER_ID);
        assertThat(manifest.getProducer().getAttempt()).isEqualTo(3);
        assertThat(manifest.getProducer().getDevice()).isEqualTo("cpu");
        assertThat(manifest.getProducer().getHardware().getName()).isEqualTo("Xeon");
        assertThat(subscriber.events().get(0).getAccepted().getJoined()).isFalse();
    }

    @Test
    void run_oneTaskAfterAnother_usesTheSameNamedThread() throws Exception {
        AtomicReference<Thread> first = new AtomicReference<>();
        AtomicReference<Thread> second = new AtomicReference<>();
        worker.handler.does(
                (spec, context) -> (spec.getTrain().getSeed() == 1 ? first : second).set(Thread.currentThread()));

        worker.run(training(1)).awaitTerminal();
        worker.run(training(2)).awaitTerminal();

        assertThat(first.get()).isSameAs(second.get());
        assertThat(first.get().getName()).isEqualTo("device-cpu");
    }

    @Test
    void run_sameKeyWhileRunning_joinsWithLatestProgressThenLiveEvents() throws Exception {
        worker.handler.does((spec, context) -> {
            context.progress(step(1));
            worker.handler.awaitRelease();
            context.metric("loss", 2, 0.25);
        });
        RecordingSubscriber first = worker.runUntilEntered(training(1));

        RecordingSubscriber second = worker.run(training(1));
        worker.handler.release.countDown();
        first.awaitTerminal();
        second.awaitTerminal();

        assertThat(second.events().get(0).getAccepted().getJoined()).isTrue();
        assertThat(second.kinds())
                .containsExactly(
                        EventCase.ACCEPTED,
                        EventCase.PROGRESS,
                        EventCase.METRIC,
                        EventCase.PROGRESS,
                        EventCase.COMPLETED);
        assertThat(second.events().get(1).getProgress().getStep()).isEqualTo(1);
        assertThat(second.events().get(3).getProgress().getPhase()).isEqualTo("store the result");
        assertThat(worker.handler.runs).hasValue(1);
    }

    @Test
    void run_otherKeyWhileRunning_isRefusedAsBusy() throws Exception {
        worker.handler.waitsForRelease();
        worker.runUntilEntered(training(1));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> worker.run(training(2)))
                .satisfies(refusal -> {
                    assertThat(refusal.reason()).isEqualTo(Refusal.Reason.BUSY);
                    assertThat(refusal.facts())
                            .containsEntry("running_key", keyOf(training(1)).hex());
                });
    }

    @Test
    void run_artifactExists_completesAsReusedWithoutHandler() throws Exception {
        worker.run(training(1)).awaitTerminal();

        TaskEvent last = worker.run(training(1)).awaitTerminal();

        assertThat(last.getCompleted().getReused()).isTrue();
        assertThat(worker.handler.runs).hasValue(1);
    }

    @Test
    void run_artifactExistsWhileBusy_completesAsReused() throws Exception {
        worker.run(training(1)).awaitTerminal();
        worker.handler.waitsForRelease();
        worker.runUntilEntered(training(2));

        RecordingSubscriber subscriber = worker.run(training(1));

        assertThat(subscriber.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.COMPLETED);
        assertThat(subscriber.awaitTerminal().getCompleted().getReused()).isTrue();
    }

    @Test
    void run_fromTheTerminalEvent_findsTheSlotFree() throws Exception {
        RecordingSubscriber next = new RecordingSubscriber();
        worker.runner.run(training(1), event -> {
            if (event.hasCompleted()) {
                worker.runner.run(training(2), next);
            }
            return true;
        });

        assertThat(next.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
    }

    @Test
    void run_allSubscribersLeft_workGoesOn() throws Exception {
        worker.handler.does((spec, context) -> {
            worker.handler.awaitRelease();
            context.metric("loss", 1, 0.5);
        });
        RecordingSubscriber gone = worker.runUntilEntered(training(1));
        gone.leave();
        worker.runner.heartbeat();

        RecordingSubscriber later = worker.run(training(1));
        worker.handler.release.countDown();

        assertThat(later.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        assertThat(gone.kinds()).containsExactly(EventCase.ACCEPTED);
    }

    @Test
    void heartbeat_runningTask_reachesEverySubscriber() throws Exception {
        worker.handler.waitsForRelease();
        RecordingSubscriber first = worker.runUntilEntered(training(1));
        RecordingSubscriber second = worker.run(training(1));

        worker.runner.heartbeat();

        assertThat(first.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.HEARTBEAT);
        assertThat(second.kinds()).containsExactly(EventCase.ACCEPTED, EventCase.HEARTBEAT);
        assertThat(worker.meters.counter("crvqa.worker.heartbeats").count()).isEqualTo(1);
    }

    @Test
    void describe_idleThenBusy_saysWhatRuns() throws Exception {
        worker.handler.waitsForRelease();
        WorkerDescription idle = worker.runner.describe();
        worker.runUntilEntered(training(1));
        WorkerDescription busy = worker.runner.describe();

        assertThat(idle.getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
        assertThat(idle.getRunningKey()).isEmpty();
        assertThat(busy.getState()).isEqualTo(WorkerState.WORKER_STATE_BUSY);
        assertThat(busy.getRunningKey()).isEqualTo(keyOf(training(1)).hex());
        assertThat(busy.getRunningAttempt()).isEqualTo(3);
        assertThat(worker.meters.get("crvqa.worker.busy").gauge().value()).isEqualTo(1);
    }

    @Test
    void run_engineStillStarting_isRefused() {
        try (WorkerFixture starting = WorkerFixture.starting(folder)) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> starting.run(training(1)))
                    .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.STARTING));
            assertThat(starting.runner.isAccepting()).isFalse();
        }
    }

    @Test
    void run_twoOutcomes_areCountedApart() throws Exception {
        worker.run(training(1)).awaitTerminal();
        worker.handler.does((spec, context) -> {
            throw new IllegalStateException("defect");
        });
        worker.run(training(2)).awaitTerminal();
        // The third starts after both were counted.
        worker.run(training(1)).awaitTerminal();

        assertThat(List.of("completed", "failed"))
                .allSatisfy(outcome -> assertThat(worker.meters
                                .get("crvqa.task")
                                .tag("outcome", outcome)
                                .timer()
                                .count())
                        .isPositive());
    }

    private static TaskProgress step(long step) {
        return TaskProgress.newBuilder()
                .setPhase("train")
                .setStep(step)
                .setTotalSteps(10)
                .build();
    }
}
