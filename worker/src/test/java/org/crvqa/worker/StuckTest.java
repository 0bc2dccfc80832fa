package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that never answers, and a device thread that never comes back. */
class StuckTest {
    @TempDir
    private Path folder;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private WorkerFixture worker;

    @BeforeEach
    void open() throws Exception {
        worker = WorkerFixture.accepting(folder, new StateCadence(Duration.ZERO, 1));
    }

    @AfterEach
    void close() {
        never.countDown();
        worker.close();
    }

    /** Each is a place where the device thread, or whoever ends its task, has to do with the store. */
    @ParameterizedTest
    @EnumSource
    void cancel_storeNeverAnswers_slotIsFreeAllTheSame(Place place) throws Exception {
        commitInput();
        worker.handler.does((spec, context) -> {
            context.artifacts().open(keyOf(training(2)));
            Checkpoints checkpoints = context.checkpoints();
            for (int step = 1; ; step++) {
                context.checkCancelled();
                int done = step;
                if (checkpoints.isDue(step)) {
                    checkpoints.save(
                            step, () -> into -> Files.writeString(into.resolve("count.txt"), Integer.toString(done)));
                }
            }
        });
        worker.store.beforeAnything(name -> {
            if (place.isMeantBy(name)) {
                hang();
            }
        });
        RecordingSubscriber subscriber = worker.run(training(1));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(worker.runner.cancel(keyOf(training(1)), 0)).isTrue();

        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.CANCELLED);
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
    }

    private enum Place {
        LOOK_FOR_THE_ARTIFACT,
        PIN_AN_INPUT,
        READ_AN_INPUT,
        SAVE_A_STATE;

        boolean isMeantBy(String name) {
            boolean ofInput = name.contains(keyOf(training(2)).hex());
            return switch (this) {
                case LOOK_FOR_THE_ARTIFACT -> name.startsWith("artifacts/") && !ofInput;
                case PIN_AN_INPUT -> name.startsWith("pins/");
                case READ_AN_INPUT -> name.startsWith("artifacts/") && ofInput;
                case SAVE_A_STATE -> name.startsWith("tasks/");
            };
        }
    }

    @Test
    void cancel_storeNeverAnswersFromThenOn_slotIsFreeAllTheSame() throws Exception {
        commitInput();
        worker.handler.does((spec, context) -> {
            context.artifacts().open(keyOf(training(2)));
            worker.handler.awaitRelease();
            context.checkCancelled();
        });
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));
        worker.store.beforeAnything(name -> hang());

        worker.runner.cancel(keyOf(training(1)), 0);
        worker.handler.release.countDown();

        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.CANCELLED);
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
    }

    @Test
    void run_storeNeverAnswersBesideTheWork_stepsGoOn() throws Exception {
        CountDownLatch steps = new CountDownLatch(1000);
        CountDownLatch begun = new CountDownLatch(1);
        worker.handler.does((spec, context) -> {
            begun.countDown();
            asked.await();
            while (steps.getCount() > 0) {
                context.checkCancelled();
                steps.countDown();
            }
            context.checkCancelled();
            worker.handler.awaitRelease();
        });
        RecordingSubscriber subscriber = worker.run(training(1));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        worker.store.beforeAnything(name -> hang());

        assertThat(steps.await(20, TimeUnit.SECONDS)).isTrue();
        worker.runner.heartbeat();
        assertThat(subscriber.kinds()).contains(EventCase.HEARTBEAT);
        never.countDown();
        worker.handler.release.countDown();
    }

    @Test
    void heartbeat_taskThatMustStopGivesNoSign_endsTheProcessOnce() throws Exception {
        worker.handler.waitsForReleaseThenChecks();
        RecordingSubscriber subscriber = worker.runUntilEntered(training(1));
        pass(WorkerFixture.STUCK_AFTER.multipliedBy(3));
        worker.runner.heartbeat();
        assertThat(worker.deviceLost.getCount()).as("nobody told it to stop").isEqualTo(1);

        worker.runner.cancel(keyOf(training(1)), 0);
        worker.runner.heartbeat();
        assertThat(worker.deviceLost.getCount()).as("told just now").isEqualTo(1);
        pass(WorkerFixture.STUCK_AFTER.plusSeconds(1));
        worker.runner.heartbeat();

        assertThat(worker.deviceLost.getCount()).isZero();
        assertThat(subscriber.awaitTerminal().getInterrupted().getReason()).contains("gives no sign");
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_DEVICE_FAILED);
        assertThat(worker.marker().tellDeath()).isEmpty();
    }

    @Test
    void describe_busy_saysForHowLongTheWorkHasBeenQuiet() throws Exception {
        worker.handler.waitsForRelease();
        worker.runUntilEntered(training(1));
        pass(Duration.ofSeconds(90));

        assertThat(worker.runner.describe().getWorkQuietFor().getSeconds()).isEqualTo(90);
        assertThat(worker.runner.describe().getAlgorithmVersion()).isEqualTo(1);
        assertThat(worker.runner.describe().getStoreId()).isEqualTo("store-7");
    }

    private void pass(Duration time) {
        worker.nanos.addAndGet(time.toNanos());
    }

    /** Not even an interrupt ends it. */
    private void hang() {
        asked.countDown();
        boolean over = false;
        while (!over) {
            try {
                never.await();
                over = true;
            } catch (InterruptedException e) {
                Thread.onSpinWait();
            }
        }
    }

    private void commitInput() throws Exception {
        try (ArtifactDraft draft = worker.artifacts.draft(training(2).getSpec())) {
            Files.writeString(draft.file("input.txt"), "what is read");
            draft.commit(Manifest.getDefaultInstance());
        }
    }
}
