package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.Outcome;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDeathCause;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deaths, losses, devices, corrupt inputs: what is held against a task, before and after a restart. */
class AttemptEndsTest {
    private static final Experiment DENSE = Samples.dense();
    private static final String STAGE1 = "stage 1 bce, tiny, seed 0";
    private static final String EVALUATION = "evaluate bce, tiny, seed 0";

    @TempDir
    Path folder;

    private DispatchFixture cluster;
    private String id;

    @BeforeEach
    void start() {
        cluster = new DispatchFixture(folder, 1, 1, 1);
        id = cluster.submit(DENSE);
        cluster.tick();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void killedForMemory_threeTimes_isQuarantinedAndStaysSoAfterARestart() {
        trainer().dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        passAWhile();
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(task().getFailure().getKind()).isEqualTo(FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES);
        trainer().dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        passAWhile();
        cluster.restartCoordinator();
        passAWhile();
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);

        trainer().dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        passAWhile();

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(task().getAttempt()).isEqualTo(3);
        assertThat(task().getFailure().getCause())
                .startsWith("killed for memory")
                .contains(STAGE1);
        cluster.restartCoordinator();
        passAWhile();
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(trainer().calls).extracting(TaskAssignment::getAttempt).doesNotContain(4);
    }

    @Test
    void killedForMemory_theSameDeathIsToldAgainAndAgain_countsOnce() {
        trainer().dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        cluster.pass(Duration.ofMinutes(5));
        cluster.restartCoordinator();
        cluster.pass(Duration.ofMinutes(5));

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.log.history(task(STAGE1)).charged()).isEqualTo(1);
    }

    @Test
    void diedForUnknownReasons_isNotHeldAgainstTheTask() {
        for (int i = 0; i < 5; i++) {
            trainer().dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
            passAWhile();
        }

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.log.history(task(STAGE1)).charged()).isZero();
    }

    @Test
    void crashed_isChargedAsADefect() {
        for (int i = 0; i < 3; i++) {
            trainer().dieOf(WorkerDeathCause.WORKER_DEATH_CAUSE_CRASH);
            passAWhile();
        }

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(task().getFailure().getKind()).isEqualTo(FailureKind.FAILURE_KIND_INTERNAL);
    }

    @Test
    void tenLossesInARow_noNewerStateInBetween_isQuarantined() {
        for (int i = 0; i < 9; i++) {
            killAndRestart();
        }
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        cluster.restartCoordinator();
        passAWhile();
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);

        killAndRestart();

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(task().getFailure().getCause())
                .contains("10 workers were lost or their devices failed")
                .contains(STAGE1);
        cluster.restartCoordinator();
        passAWhile();
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
    }

    @Test
    void manyLosses_aNewerStateInBetween_goesOn() {
        for (int i = 1; i <= 25; i++) {
            if (i % 6 == 0) {
                trainer().checkpoint(i);
                cluster.loop.settle();
            }
            killAndRestart();
            if (i == 8) {
                cluster.restartCoordinator();
                passAWhile();
            }
        }

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void manyBrokenStreams_workerLives_isNoLoss() {
        for (int i = 0; i < 12; i++) {
            trainer().breakStream();
            passAWhile();
        }

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(task().getAttempt()).isEqualTo(1);
        assertThat(cluster.store.exists(outcome(1))).isFalse();
    }

    @Test
    void brokenStreamThenFailure_thenRestart_theFailureIsKnown() {
        trainer().breakStream();
        passAWhile();
        trainer().fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.tick();

        cluster.restartCoordinator();
        passAWhile();

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
    }

    @Test
    void deviceFailure_isNotChargedAndTheWorkerGetsNothing() {
        for (int i = 0; i < 4; i++) {
            trainer().fail(FailureKind.FAILURE_KIND_DEVICE);
            cluster.pass(Duration.ofMinutes(3));
            assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_READY);
            assertThat(cluster.loop.get(cluster.dispatcher.workers()))
                    .anyMatch(worker -> worker.getWorker().getState() == WorkerState.WORKER_STATE_DEVICE_FAILED);
            trainer().deviceFailed = false;
            passAWhile();
        }

        assertThat(trainer().calls).hasSize(5);
        assertThat(cluster.log.history(task(STAGE1)).charged()).isZero();
    }

    @Test
    void tenDeviceFailuresInARow_noNewerStateInBetween_isGivenUpWithTheLatestCause() {
        for (int i = 0; i < 9; i++) {
            failDeviceAndReplaceProcess();
            if (i == 4) {
                cluster.restartCoordinator();
                passAWhile();
            }
        }
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);

        failDeviceAndReplaceProcess();

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(task().getFailure().getCause())
                .contains("10 workers were lost or their devices failed", STAGE1, "The latest: CUDA error: assert");
    }

    @Test
    void corruptInput_madeByATask_adviceNamesTheWayOut() {
        cluster.finish(trainer());
        FakeWorker evaluator = cluster.worker("evaluator");
        String input = cluster.task(id, STAGE1).getKey();

        evaluator.fail(FailureKind.FAILURE_KIND_CORRUPT_DATA, "File model.safetensors of artifact " + input + " has");
        cluster.tick();

        assertThat(cluster.task(id, EVALUATION).getFailure().getAdvice())
                .contains("crvqa gc --discard " + input + " --apply")
                .contains("crvqa retry");
        assertThat(cluster.log.history(task(EVALUATION)).charged()).isEqualTo(1);
    }

    @Test
    void lost_afterAState_recordSaysWhatIsToBeDoneAgain() {
        cluster.pass(Duration.ofSeconds(100));
        trainer().checkpoint(40);
        cluster.loop.settle();
        cluster.pass(Duration.ofSeconds(20));

        killAndRestart();

        Outcome outcome =
                Outcome.parse(task(STAGE1), cluster.store.read(outcome(1)).orElseThrow());
        assertThat(outcome.word()).isEqualTo("lost");
        assertThat(outcome.figures().ran()).isEqualTo(Duration.ofMinutes(2));
        assertThat(outcome.figures().lost()).isEqualTo(Duration.ofSeconds(20));
        assertThat(outcome.figures().savedStep()).isEqualTo(40);
    }

    @Test
    void resumed_noteSaysFromWhere() {
        killAndRestart();

        trainer().resume(40);
        cluster.loop.settle();

        assertThat(task().getNote()).isEqualTo("resumed at step 40");
    }

    private void failDeviceAndReplaceProcess() {
        trainer().fail(FailureKind.FAILURE_KIND_DEVICE, "CUDA error: assert");
        passAWhile();
        trainer().deviceFailed = false;
        passAWhile();
    }

    private FakeWorker trainer() {
        return cluster.worker("trainer-0");
    }

    private TaskStatus task() {
        return cluster.task(id, STAGE1);
    }

    private ArtifactKey task(String label) {
        return new ArtifactKey(cluster.task(id, label).getKey());
    }

    private String outcome(int attempt) {
        return "tasks/" + task().getKey() + "/attempts/" + attempt + ".outcome.json";
    }

    private void killAndRestart() {
        trainer().kill();
        cluster.loop.settle();
        trainer().restart();
        passAWhile();
    }

    private void passAWhile() {
        cluster.pass(Duration.ofSeconds(70));
    }
}
