package org.crvqa.coordinator.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DispatcherTest {
    private static final Experiment SMALL = Samples.experiment();
    /** One dense model and its evaluation. */
    private static final Experiment DENSE = Samples.dense();

    private static final String STAGE1 = "stage 1 bce, tiny, seed 0";

    @TempDir
    Path folder;

    private DispatchFixture cluster;

    @BeforeEach
    void open() {
        cluster = new DispatchFixture(folder, 2, 1, 1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void run_undisturbed_everyTaskRunsOnceAndTheExperimentSucceeds() {
        String id = cluster.submit(SMALL);

        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster.status(id).getTasksDone()).isEqualTo(20);
        assertThat(cluster.status(id).getTasksList())
                .allSatisfy(task -> assertThat(cluster.calls(task.getKey())).isEqualTo(1));
    }

    @Test
    void submit_manifestsExist_nothingIsDispatched() {
        cluster.submit(DENSE);
        cluster.finishAll();
        String id = cluster.submit(DENSE.toBuilder().setName("again").build());

        cluster.pass(Duration.ofSeconds(5));

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(calls()).hasSize(2);
    }

    @Test
    void dispatch_lostWorkerCommittedMeanwhile_taskIsDoneWithoutAnotherCall() {
        cluster.worker("trainer-1").up = false;
        String id = startDense();
        cluster.worker("trainer-0").kill();
        cluster.loop.settle();

        cluster.commit(cluster.task(id, STAGE1).getKey());
        cluster.worker("trainer-0").restart();
        cluster.pass(Duration.ofSeconds(5));

        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_DONE);
        assertThat(calls()).filteredOn(call -> call.getSpec().hasTrain()).hasSize(1);
    }

    @Test
    void killWorker_anotherIsIdle_nextAttemptGoesElsewhereUncharged() {
        String id = startDense();

        cluster.worker("trainer-0").kill();
        cluster.pass(Duration.ofSeconds(3));

        TaskStatus task = cluster.task(id, STAGE1);
        assertThat(task.getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(task.getWorker()).isEqualTo("trainer-1:1");
        assertThat(task.getAttempt()).isEqualTo(2);
        assertThat(cluster.meters.get("crvqa.workers.lost").counter().count()).isEqualTo(1);
    }

    @Test
    void killWorker_manyTimes_isNeverChargedToTheTask() {
        cluster.worker("trainer-1").up = false;
        String id = startDense();

        for (int i = 0; i < 6; i++) {
            cluster.worker("trainer-0").kill();
            cluster.pass(Duration.ofSeconds(3));
            cluster.worker("trainer-0").restart();
            cluster.pass(Duration.ofSeconds(70));
        }

        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(7);
    }

    @Test
    void silence_longerThanAllowed_workerIsLost() {
        String id = startDense();
        cluster.worker("trainer-0").blackHole = true;

        cluster.pass(Duration.ofSeconds(44));
        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo("trainer-0:1");

        cluster.pass(Duration.ofSeconds(4));
        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo("trainer-1:1");
        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(2);
    }

    @Test
    void silence_heartbeatsArrive_workerIsKept() {
        String id = startDense();

        cluster.pass(Duration.ofMinutes(10));

        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(1);
        assertThat(calls()).hasSize(1);
    }

    @Test
    void breakStream_workGoesOn_callJoinsItThere() {
        String id = startDense();

        cluster.worker("trainer-0").breakStream();
        cluster.pass(Duration.ofSeconds(3));

        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo("trainer-0:1");
        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(1);
        assertThat(cluster.worker("trainer-1").calls).isEmpty();
    }

    @Test
    void restart_taskRuns_callJoinsItAndNothingElseStarts() {
        String id = startDense();

        cluster.restartCoordinator();
        cluster.pass(Duration.ofSeconds(3));

        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(1);
        assertThat(cluster.worker("trainer-1").calls).isEmpty();
        cluster.finishAll();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void restart_inTheMiddleOfTheSample_everyTaskStillRunsOnce() {
        String id = cluster.submit(SMALL);
        cluster.tick();
        cluster.finish(cluster.worker("trainer-0"));
        cluster.restartCoordinator();
        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster.status(id).getTasksList())
                .allSatisfy(task -> assertThat(cluster.store.exists("tasks/" + task.getKey() + "/attempts/2.json"))
                        .isFalse());
    }

    @Test
    void claim_attemptIsTaken_nextNumberIsClaimed() {
        String id = cluster.submit(DENSE);
        String key = cluster.task(id, STAGE1).getKey();
        cluster.store.createIfAbsent("tasks/" + key + "/attempts/1.json", "{}".getBytes(StandardCharsets.UTF_8));

        cluster.tick();

        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(2);
        assertThat(cluster.worker("trainer-0").running.getAttempt()).isEqualTo(2);
    }

    @Test
    void userError_isFinal_dependantsNeverRunAndSiblingsFinish() {
        String id = cluster.submit(SMALL);
        cluster.tick();
        FakeWorker trainer = cluster.worker("trainer-0");
        String failed = trainer.running.getKey();
        assertThat(cluster.task(id, STAGE1).getKey()).isEqualTo(failed);

        trainer.fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.finishAll();

        assertThat(cluster.calls(failed)).isEqualTo(1);
        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(cluster.task(id, STAGE1).getFailure().getAdvice()).isEqualTo("mend it");
        TaskStatus dependant = cluster.task(id, "evaluate bce, tiny, seed 0");
        assertThat(dependant.getState()).isEqualTo(TaskState.TASK_STATE_CANCELLED);
        assertThat(dependant.getNote()).contains(STAGE1);
        assertThat(cluster.status(id).getTasksDone()).isEqualTo(18);
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
    }

    @Test
    void userError_thenRestart_isNotTriedAgain() {
        String id = startDense();
        cluster.worker("trainer-0").fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.tick();

        cluster.restartCoordinator();
        cluster.pass(Duration.ofSeconds(10));

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        assertThat(cluster.task(id, STAGE1).getFailure().getCause()).isEqualTo("broken");
        assertThat(calls()).hasSize(1);
    }

    @Test
    void internalFailure_isTriedThreeTimesAcrossARestart() {
        String id = startDense();
        failWhereItRuns(FailureKind.FAILURE_KIND_INTERNAL);
        cluster.restartCoordinator();
        failWhereItRuns(FailureKind.FAILURE_KIND_INTERNAL);
        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);

        failWhereItRuns(FailureKind.FAILURE_KIND_INTERNAL);

        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(3);
    }

    @Test
    void externalFailure_isRetriedForAsLongAsItTakes() {
        String id = startDense();

        for (int i = 0; i < 8; i++) {
            failWhereItRuns(FailureKind.FAILURE_KIND_EXTERNAL);
        }

        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.task(id, STAGE1).getAttempt()).isEqualTo(9);
    }

    @Test
    void completed_withoutManifestInTheStore_isAFailureThatNamesTheStore() {
        String id = startDense();

        cluster.worker("trainer-0").complete();
        cluster.tick();

        assertThat(cluster.task(id, STAGE1).getState()).isNotEqualTo(TaskState.TASK_STATE_DONE);
        assertThat(cluster.task(id, STAGE1).getFailure().getAdvice()).contains("CRVQA_STORE");
    }

    @Test
    void interrupt_byADrainingWorker_taskGoesElsewhereAtOnce() {
        String id = startDense();

        cluster.worker("trainer-0").interrupt();
        cluster.tick();

        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo("trainer-1:1");
    }

    @Test
    void cancel_sharedTask_goesOnForTheOther() {
        String one = startDense();
        String other = cluster.submit(SMALL);
        String shared = cluster.task(one, STAGE1).getKey();

        cluster.loop.get(cluster.dispatcher.cancel(one));
        cluster.finishAll();

        assertThat(cluster.worker("trainer-0").cancelled).isEmpty();
        assertThat(cluster.status(one).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(cluster.status(other).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster.calls(shared)).isEqualTo(1);
    }

    @Test
    void cancel_taskThatNobodyElseNeeds_isStoppedAndTheWorkerIsFree() {
        String id = startDense();
        String key = cluster.task(id, STAGE1).getKey();

        cluster.loop.get(cluster.dispatcher.cancel(id));
        cluster.submit(DENSE.toBuilder().setName("next").setSeeds(0, 7).build());
        cluster.pass(Duration.ofSeconds(2));

        assertThat(cluster.worker("trainer-0").cancelled).containsExactly(key);
        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_CANCELLED);
        assertThat(calls()).hasSize(2);
    }

    @Test
    void cancel_workerWasUnreachableThen_isStoppedWhenItIsBack() {
        String id = startDense();
        FakeWorker trainer = cluster.worker("trainer-0");
        trainer.blackHole = true;
        cluster.loop.get(cluster.dispatcher.cancel(id));
        trainer.blackHole = false;

        cluster.pass(Duration.ofSeconds(2));

        assertThat(trainer.running).isNull();
    }

    @Test
    void cancel_experimentHasEnded_staysAsItEnded() {
        String id = startDense();
        cluster.finishAll();

        boolean cancelled = cluster.loop.get(cluster.dispatcher.cancel(id));

        assertThat(cancelled).isFalse();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void cancel_twice_saysBothTimesThatItIsCancelled() {
        String id = startDense();

        assertThat(cluster.loop.get(cluster.dispatcher.cancel(id))).isTrue();
        assertThat(cluster.loop.get(cluster.dispatcher.cancel(id))).isTrue();
        assertThat(cluster.loop.get(cluster.dispatcher.cancel("unknown"))).isFalse();
    }

    @Test
    void lostWorker_isBackWhenItsTaskIsDone_isToldToStop() {
        String id = startDense();
        FakeWorker lost = cluster.worker("trainer-0");
        String key = cluster.task(id, STAGE1).getKey();
        lost.blackHole = true;
        lost.breakStream();
        cluster.pass(DispatchFixture.SILENCE.plusSeconds(3));
        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo("trainer-1:1");

        cluster.finish(cluster.worker("trainer-1"));
        lost.blackHole = false;
        cluster.pass(Duration.ofSeconds(8));

        assertThat(lost.cancelled).containsExactly(key);
        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_DONE);
    }

    @Test
    void failureOfAKindFromAnotherVersion_thenRestart_isCountedLikeOneWithoutAKind() {
        String id = startDense();
        String key = cluster.task(id, STAGE1).getKey();
        cluster.store.put(
                "tasks/" + key + "/attempts/1.outcome.json",
                "{\"outcome\":\"failed\",\"kind\":\"FAILURE_KIND_OF_TOMORROW\",\"cause\":\"c\"}".getBytes(UTF_8));

        TaskHistory history = cluster.log.history(new ArtifactKey(key));

        assertThat(history.charged()).isEqualTo(1);
        assertThat(history.failure().orElseThrow().getCause()).isEqualTo("c");
    }

    @Test
    void cancelled_thenNeededAgain_runs() {
        String id = startDense();
        cluster.loop.get(cluster.dispatcher.cancel(id));

        String again = cluster.submit(DENSE.toBuilder().setName("again").build());
        cluster.finishAll();

        assertThat(cluster.status(again).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void foreignKey_onAWorker_isLeftAlone() {
        FakeWorker trainer = cluster.worker("trainer-0");
        trainer.running = TaskAssignment.newBuilder().setKey("f".repeat(64)).build();
        String id = cluster.submit(DENSE);

        cluster.pass(Duration.ofSeconds(3));

        assertThat(trainer.cancelled).isEmpty();
        assertThat(trainer.calls).isEmpty();
        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo("trainer-1:1");
    }

    @Test
    void pick_higherPriorityFirst_thenTurnsBetweenExperiments() {
        cluster.worker("trainer-1").up = false;
        Experiment many =
                DENSE.toBuilder().clearSeeds().addAllSeeds(List.of(1L, 2L, 3L)).build();
        cluster.submit(many.toBuilder().setName("a").build());
        cluster.submit(reseeded(many, 10).toBuilder().setName("b").build());
        cluster.submit(
                reseeded(many, 20).toBuilder().setName("c").setPriority(1).build());

        cluster.finishAll();

        assertThat(cluster.worker("trainer-0").calls)
                .extracting(call -> call.getSpec().getTrain().getSeed())
                .containsExactly(21L, 22L, 23L, 1L, 11L, 2L, 12L, 3L, 13L);
    }

    @Test
    void dispatch_oneWorkerOfTheKindHasNotAnsweredYet_waits() {
        CompletableFuture<WorkerDescription> slow = new CompletableFuture<>();
        cluster.worker("trainer-1").slowAnswer = slow;
        cluster.submit(DENSE);
        cluster.pass(Duration.ofSeconds(2));
        assertThat(calls()).isEmpty();

        slow.completeExceptionally(Status.DEADLINE_EXCEEDED.asRuntimeException());
        cluster.tick();

        assertThat(calls()).hasSize(1);
    }

    /** Submits the dense experiment; its training runs on trainer-0. */
    private String startDense() {
        String id = cluster.submit(DENSE);
        cluster.tick();
        FakeWorker trainer = cluster.worker("trainer-0");
        assertThat(trainer.running).isNotNull();
        return id;
    }

    private void failWhereItRuns(FailureKind kind) {
        cluster.pass(Duration.ofSeconds(70));
        cluster.workers.stream()
                .filter(worker -> worker.running != null)
                .findFirst()
                .orElseThrow()
                .fail(kind);
        cluster.pass(Duration.ofSeconds(70));
    }

    private List<TaskAssignment> calls() {
        return cluster.workers.stream()
                .flatMap(worker -> Stream.of(worker.calls).flatMap(List::stream))
                .toList();
    }

    private static Experiment reseeded(Experiment experiment, long offset) {
        return experiment.toBuilder()
                .clearSeeds()
                .addAllSeeds(experiment.getSeedsList().stream()
                        .map(seed -> seed + offset)
                        .toList())
                .build();
    }

    @Test
    void add_aWorkerRunsATaskOfItAlready_isJoinedAndNotGivenToAnother() {
        String id = cluster.submit(DENSE);
        cluster.tick();
        FakeWorker busy = cluster.worker("trainer");
        cluster.restartWithoutExperiments();
        cluster.pass(Duration.ofSeconds(2));

        cluster.submit(DENSE);
        cluster.tick();

        assertThat(cluster.task(id, STAGE1).getWorker()).isEqualTo(busy.address());
        assertThat(cluster.workers).filteredOn(worker -> worker != busy).allMatch(worker -> worker.calls.isEmpty());
    }
}
