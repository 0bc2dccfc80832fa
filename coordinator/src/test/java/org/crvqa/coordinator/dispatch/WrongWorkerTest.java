package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.WorkerDeathCause;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are wrong rather than dead: they take no experiment with them. */
class WrongWorkerTest {
    private static final Experiment EIGHT = Samples.experiment().toBuilder()
            .setName("eight")
            .clearSubnetworks()
            .clearStage1Losses()
            .addStage1Losses(LossKind.LOSS_KIND_BCE)
            .clearSeeds()
            .addAllSeeds(LongStream.range(0, 8).boxed().toList())
            .build();

    @TempDir
    Path folder;

    private DispatchFixture cluster;
    private FakeWorker busy;
    private FakeWorker wrong;

    @BeforeEach
    void open() {
        cluster = new DispatchFixture(folder, 2, 1, 1);
        busy = cluster.worker("trainer-0");
        wrong = cluster.worker("trainer-1");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void otherVersion_saidByDescribe_getsNothingAndSaysWhy() {
        wrong.algorithmVersion = AlgorithmVersion.CURRENT + 1;
        String id = cluster.submit(EIGHT);

        cluster.pass(Duration.ofMinutes(5));

        assertThat(wrong.calls).isEmpty();
        assertThat(failed(id)).isEmpty();
        assertThat(status(wrong).getSetAside().getReason())
                .contains("algorithm version " + (AlgorithmVersion.CURRENT + 1))
                .contains("same release");
        assertThat(status(wrong).getSetAside().hasUntil()).isFalse();
        assertThat(setAside()).isEqualTo(1);
    }

    @Test
    void otherStore_saidByDescribe_getsNothingAndSaysWhy() {
        wrong.storeId = "another-store";
        String id = cluster.submit(EIGHT);

        cluster.pass(Duration.ofMinutes(5));

        assertThat(wrong.calls).isEmpty();
        assertThat(failed(id)).isEmpty();
        assertThat(status(wrong).getSetAside().getReason()).contains("another-store", "CRVQA_STORE");
    }

    @Test
    void otherVersion_replacedByTheRightOne_works() {
        wrong.algorithmVersion = AlgorithmVersion.CURRENT + 1;
        cluster.submit(EIGHT);
        cluster.pass(Duration.ofSeconds(5));

        wrong.restart();
        wrong.algorithmVersion = AlgorithmVersion.CURRENT;
        cluster.pass(Duration.ofSeconds(5));

        assertThat(wrong.running).isNotNull();
        assertThat(status(wrong).hasSetAside()).isFalse();
    }

    @Test
    void refusesAllForTheirVersion_doesNotSaySoBefore_noTaskIsLostAndNoneIsTriedTwice() {
        wrong.algorithmVersion = 0;
        wrong.refusal = Status.INVALID_ARGUMENT.withDescription("This worker computes algorithm version 7, found 8");
        String id = cluster.submit(EIGHT);

        cluster.pass(Duration.ofMinutes(30));

        assertThat(wrong.calls).hasSize(1);
        assertThat(failed(id)).isEmpty();
        wrong.refusal = null;
        wrong.restart();
        cluster.pass(Duration.ofSeconds(5));
        assertThat(wrong.running).isNotNull();
        cluster.finishAll();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void refusesAll_othersAreBusy_noTaskIsLostAndPausesGrow() {
        wrong.refusal = Status.INVALID_ARGUMENT.withDescription("unknown field");
        String id = cluster.submit(EIGHT);

        cluster.pass(Duration.ofMinutes(1));
        int first = wrong.calls.size();
        cluster.pass(Duration.ofMinutes(30));

        assertThat(failed(id)).isEmpty();
        // 10, 20, 40, 80, 160, 320, 600 seconds.
        assertThat(first).isBetween(2, 4);
        assertThat(wrong.calls).hasSizeLessThan(12);
        assertThat(status(wrong).getSetAside().getReason()).contains("refused", "unknown field");
        busyFinishesEverything();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void failsAll_othersAreBusy_isSetAsideAfterThreeInARow() {
        wrong.failsAtOnce = failure(FailureKind.FAILURE_KIND_INTERNAL, "libfoo.so is missing");
        String id = cluster.submit(EIGHT);

        cluster.pass(Duration.ofSeconds(8));

        WorkerStatus status = status(wrong);
        assertThat(status.getSetAside().getFailuresInARow()).isEqualTo(3);
        assertThat(status.getSetAside().getReason()).contains("3 tasks in a row", "libfoo.so is missing");
        assertThat(status.getSetAside().hasUntil()).isTrue();
        assertThat(setAside()).isEqualTo(1);
        cluster.pass(Duration.ofHours(2));
        assertThat(failed(id)).isEmpty();
        busyFinishesEverything();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void brokenSecret_failsAllAsExternal_isSetAside() {
        wrong.failsAtOnce = failure(FailureKind.FAILURE_KIND_EXTERNAL, "access denied");
        cluster.submit(EIGHT);

        cluster.pass(Duration.ofSeconds(8));

        assertThat(status(wrong).getSetAside().getReason()).contains("access denied");
        cluster.pass(Duration.ofHours(2));
        assertThat(wrong.calls).hasSizeLessThan(40);
    }

    @Test
    void failed_thenOneTaskSucceeds_startsAnew() {
        wrong.failsAtOnce = failure(FailureKind.FAILURE_KIND_INTERNAL, "flaky");
        cluster.submit(EIGHT);
        cluster.pass(Duration.ofSeconds(2));
        assertThat(wrong.calls).hasSizeGreaterThanOrEqualTo(2);
        wrong.failsAtOnce = null;
        cluster.pass(Duration.ofSeconds(20));

        cluster.finish(wrong);

        assertThat(status(wrong).hasSetAside()).isFalse();
        assertThat(cluster.dispatcher
                        .roster
                        .withId(wrong.address())
                        .orElseThrow()
                        .health
                        .inARow())
                .isZero();
    }

    @Test
    void taskThatFailsOnBoth_isTheTasksOwn_noWorkerIsHeldResponsible() {
        String id = cluster.submit(EIGHT.toBuilder().clearSeeds().addSeeds(0).build());
        for (int i = 0; i < 3; i++) {
            cluster.pass(Duration.ofSeconds(70));
            cluster.workers.stream()
                    .filter(worker -> worker.running != null)
                    .findFirst()
                    .orElseThrow()
                    .fail(FailureKind.FAILURE_KIND_INTERNAL);
            cluster.tick();
        }

        assertThat(failed(id)).hasSize(1);
        assertThat(cluster.dispatcher.roster.all()).allMatch(slot -> slot.health.inARow() == 0);
    }

    @Test
    void failsThreeTimesOnOneWorker_anotherIsThere_isTriedThereBeforeItIsGivenUp() {
        String id = cluster.submit(
                EIGHT.toBuilder().clearSeeds().addAllSeeds(List.of(0L, 1L)).build());
        cluster.tick();
        String key = wrong.running.getKey();
        wrong.fail(FailureKind.FAILURE_KIND_INTERNAL);
        wrong.failsAtOnce = failure(FailureKind.FAILURE_KIND_INTERNAL, "broken");

        cluster.pass(Duration.ofHours(1));

        assertThat(wrong.calls).filteredOn(call -> call.getKey().equals(key)).hasSize(2);
        assertThat(failed(id)).isEmpty();
        busyFinishesEverything();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void failsThreeTimes_noOtherWorker_isGivenUp_alsoAfterARestart() {
        busy.up = false;
        wrong.failsAtOnce = failure(FailureKind.FAILURE_KIND_INTERNAL, "broken");
        String id = cluster.submit(EIGHT.toBuilder().clearSeeds().addSeeds(0).build());

        cluster.pass(Duration.ofMinutes(5));

        assertThat(failed(id)).hasSize(1);
        assertThat(wrong.calls).hasSize(3);
        cluster.restartCoordinator();
        cluster.pass(Duration.ofMinutes(5));
        assertThat(failed(id)).hasSize(1);
        assertThat(wrong.calls).hasSize(3);
    }

    @Test
    void threeChargesOnOneWorker_notGivenUpForIt_areNoQuarantineAfterARestart() {
        String id = cluster.submit(
                EIGHT.toBuilder().clearSeeds().addAllSeeds(List.of(0L, 1L)).build());
        cluster.tick();
        for (int i = 0; i < 3; i++) {
            wrong.dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
            busy.blackHole = i == 1;
            cluster.pass(Duration.ofSeconds(30));
            busy.blackHole = false;
            cluster.pass(Duration.ofMinutes(2));
        }

        cluster.restartCoordinator();
        cluster.pass(Duration.ofMinutes(2));

        assertThat(failed(id)).isEmpty();
    }

    @Test
    void refusesEverything_onlyWorkerThereIs_tasksFailWithItsReason() {
        busy.up = false;
        wrong.refusal = Status.INVALID_ARGUMENT.withDescription("unknown field");
        String id = cluster.submit(EIGHT.toBuilder().clearSeeds().addSeeds(0).build());

        cluster.pass(Duration.ofMinutes(10));

        assertThat(failed(id))
                .singleElement()
                .satisfies(task -> assertThat(task.getFailure().getCause()).contains("unknown field"));
    }

    @Test
    void doesNotFindAnInput_thatTheCoordinatorsStoreHas_isTheWorkersFault() {
        wrong.failsAtOnce = failure(
                FailureKind.FAILURE_KIND_USER_ERROR,
                "There is no artifact " + "a".repeat(64) + " in file:///elsewhere");
        String id = cluster.submit(EIGHT);

        cluster.pass(Duration.ofMinutes(5));

        assertThat(failed(id)).isEmpty();
        assertThat(status(wrong).getSetAside().getReason()).contains("file:///elsewhere");
    }

    @Test
    void saysCompletedWithoutAManifest_isTheWorkersFault() {
        String id = cluster.submit(EIGHT);
        cluster.tick();

        wrong.complete();
        cluster.pass(Duration.ofSeconds(5));

        assertThat(failed(id)).isEmpty();
        assertThat(status(wrong).getSetAside().getReason()).contains("no manifest");
    }

    @Test
    void breaksEveryCallBeforeItTakesTheTask_isNoLossInVain() {
        busy.up = false;
        wrong.refusal = Status.UNAVAILABLE.withDescription("upstream reset");
        String id = cluster.submit(EIGHT.toBuilder().clearSeeds().addSeeds(0).build());

        cluster.pass(Duration.ofHours(3));

        assertThat(wrong.calls).hasSizeGreaterThan(12);
        assertThat(failed(id)).isEmpty();
        cluster.restartCoordinator();
        cluster.pass(Duration.ofSeconds(2));
        assertThat(failed(id)).isEmpty();
    }

    @Test
    void onlyOneDeviceFails_anotherIsBusy_tenFailuresGiveNothingUp() {
        String id = cluster.submit(
                EIGHT.toBuilder().clearSeeds().addAllSeeds(List.of(0L, 1L)).build());
        cluster.tick();
        for (int i = 0; i < 14; i++) {
            if (wrong.running != null) {
                wrong.fail(FailureKind.FAILURE_KIND_DEVICE);
            }
            wrong.deviceFailed = false;
            wrong.restart();
            cluster.pass(Duration.ofMinutes(11));
        }

        assertThat(failed(id)).isEmpty();
        busyFinishesEverything();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void onlyOneWorkerIsLostAgainAndAgain_anotherIsBusy_nothingIsGivenUp() {
        String id = cluster.submit(
                EIGHT.toBuilder().clearSeeds().addAllSeeds(List.of(0L, 1L)).build());
        cluster.tick();
        for (int i = 0; i < DispatchSettings.LOSSES_WITHOUT_PROGRESS + 2; i++) {
            assertThat(wrong.running).isNotNull();
            wrong.kill();
            cluster.loop.settle();
            wrong.restart();
            cluster.pass(Duration.ofMinutes(11));
        }

        assertThat(failed(id)).isEmpty();
        cluster.finishAll();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    private void busyFinishesEverything() {
        wrong.failsAtOnce = null;
        wrong.refusal = null;
        wrong.restart();
        cluster.pass(Duration.ofMinutes(11));
        cluster.finishAll();
    }

    private static TaskFailure failure(FailureKind kind, String cause) {
        return TaskFailure.newBuilder()
                .setKind(kind)
                .setCause(cause)
                .setAdvice("a")
                .build();
    }

    private List<TaskStatus> failed(String id) {
        return cluster.status(id).getTasksList().stream()
                .filter(task -> task.getState() == TaskState.TASK_STATE_FAILED)
                .toList();
    }

    private WorkerStatus status(FakeWorker worker) {
        return cluster.loop.get(cluster.dispatcher.workers()).stream()
                .filter(status -> status.getAddress().equals(worker.address()))
                .findFirst()
                .orElseThrow();
    }

    private double setAside() {
        return cluster.meters
                .get("crvqa.workers.set.aside")
                .tag("kind", "trainer")
                .gauge()
                .value();
    }
}
