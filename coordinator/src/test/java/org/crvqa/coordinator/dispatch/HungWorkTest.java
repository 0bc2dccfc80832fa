package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.task.v1.FailureKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that stands still, two workers at one task, turns that come late, and records that the store does not take. */
class HungWorkTest {
    private static final Experiment DENSE = Samples.dense();
    private static final String STAGE1 = "stage 1 bce, tiny, seed 0";

    @TempDir
    Path folder;

    private DispatchFixture cluster;
    private String id;
    private FakeWorker first;
    private FakeWorker second;

    @BeforeEach
    void start() {
        cluster = new DispatchFixture(folder, 2, 1, 1);
        id = cluster.submit(DENSE);
        cluster.tick();
        first = cluster.worker("trainer-0");
        second = cluster.worker("trainer-1");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void workGivesNoSign_workerLives_taskGoesElsewhereAndTheWorkerIsSetAside() {
        first.progress(5);
        first.heartbeat(DispatchSettings.STALL.minusSeconds(1));
        cluster.tick();
        assertThat(task().getWorker()).isEqualTo("trainer-0:1");

        first.ignoresCancel = true;
        first.heartbeat(DispatchSettings.STALL.plusSeconds(1));
        cluster.tick();
        cluster.pass(Duration.ofSeconds(5));

        assertThat(first.cancelled).contains(task().getKey());
        assertThat(task().getWorker()).isEqualTo("trainer-1:1");
        assertThat(task().getAttempt()).isEqualTo(2);
        assertThat(cluster.loop
                        .get(cluster.dispatcher.workers())
                        .get(0)
                        .getSetAside()
                        .getReason())
                .contains("no sign");
        assertThat(cluster.log.history(new ArtifactKey(task().getKey())).charged())
                .isZero();
    }

    @Test
    void twoRunOneTask_theOneFurtherAlongGoesOn() {
        first.progress(50);
        cutOff(first);
        assertThat(task().getWorker()).isEqualTo("trainer-1:1");
        second.progress(10);
        cluster.loop.settle();

        first.blackHole = false;
        cluster.pass(Duration.ofSeconds(4));

        assertThat(second.cancelled).containsExactly(task().getKey());
        assertThat(task().getWorker()).isEqualTo("trainer-0:1");
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        cluster.finishAll();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void twoRunOneTask_theOneThatIsBehindIsStopped() {
        first.progress(50);
        cutOff(first);
        second.progress(60);
        cluster.loop.settle();

        first.blackHole = false;
        cluster.pass(Duration.ofSeconds(4));

        assertThat(first.cancelled).containsExactly(task().getKey());
        assertThat(task().getWorker()).isEqualTo("trainer-1:1");
    }

    @Test
    void twoRunOneTask_oneCommits_theOtherIsStoppedAtOnce() {
        cutOff(first);
        second.progress(60);
        cluster.loop.settle();
        first.ignoresCancel = true;
        first.blackHole = false;
        cluster.pass(Duration.ofSeconds(4));
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);

        cluster.commit(first.running.getKey());
        first.running = null;
        cluster.pass(Duration.ofSeconds(4));

        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_DONE);
        assertThat(second.cancelled).containsExactly(task().getKey());
        assertThat(second.running).isNull();
    }

    @Test
    void bothWorkersAreLost_theFirstIsFoundAgainAndLostOnceMore_bothLossesAreRecorded() {
        cutOff(first);
        cutOff(second);
        first.blackHole = false;
        cluster.pass(Duration.ofSeconds(8));
        assertThat(task().getWorker()).isEqualTo("trainer-0:1");
        assertThat(task().getAttempt()).isEqualTo(1);

        first.kill();
        cluster.loop.settle();
        first.restart();
        cluster.pass(Duration.ofMinutes(2));

        assertThat(task().getAttempt()).isEqualTo(3);
        assertThat(cluster.store.exists(outcome(1))).isTrue();
        assertThat(cluster.store.exists(outcome(2))).isTrue();
    }

    @Test
    void heartbeatsArriveWhileNoTurnComes_workerIsNotLost() {
        for (int i = 0; i < 10; i++) {
            cluster.loop.pass(Duration.ofSeconds(10));
            first.heartbeat();
            cluster.dispatcher.tick();
        }
        cluster.loop.settle();

        assertThat(cluster.meters.get("crvqa.workers.lost").counter().count()).isZero();
    }

    @Test
    void noTurnForLongerThanTheSilence_nothingWasRead_workerIsNotLost() {
        cluster.loop.pass(DispatchFixture.SILENCE.multipliedBy(3));
        cluster.tick();

        assertThat(cluster.meters.get("crvqa.workers.lost").counter().count()).isZero();
        cluster.workers.forEach(worker -> worker.blackHole = true);
        cluster.pass(DispatchFixture.SILENCE.plusSeconds(2));
        assertThat(cluster.meters.get("crvqa.workers.lost").counter().count()).isEqualTo(1);
    }

    @Test
    void eventsAndTicksWhileNoTurnComes_queueIsBounded() {
        for (int i = 0; i < 1_000; i++) {
            first.heartbeat();
            first.progress(i);
            cluster.dispatcher.tick();
        }

        assertThat(cluster.loop.waitingTurns()).isEqualTo(2);
        cluster.loop.settle();
        assertThat(task().getProgress().getStep()).isEqualTo(999);
    }

    @Test
    void storeIsAwayWhenAnAttemptEnds_outcomeIsRecordedLater() {
        boolean[] away = {true};
        cluster.beforeCreate = name -> {
            if (away[0] && name.endsWith(".outcome.json")) {
                throw new StoreException("away");
            }
        };
        first.fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.pass(Duration.ofSeconds(30));
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
        assertThat(cluster.store.exists(outcome(1))).isFalse();

        away[0] = false;
        cluster.pass(Duration.ofMinutes(1));

        assertThat(cluster.store.exists(outcome(1))).isTrue();
        cluster.restartCoordinator();
        cluster.pass(Duration.ofSeconds(5));
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
    }

    @Test
    void outcomeIsNotRecorded_nextAttemptIsNotClaimed() {
        cluster.beforeCreate = name -> {
            if (name.endsWith("1.outcome.json")) {
                throw new StoreException("away");
            }
        };
        first.fail(FailureKind.FAILURE_KIND_INTERNAL);

        cluster.pass(Duration.ofMinutes(3));
        assertThat(cluster.store.exists("tasks/" + task().getKey() + "/attempts/2.json"))
                .isFalse();

        cluster.beforeCreate = name -> {};
        cluster.pass(Duration.ofMinutes(3));
        assertThat(task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(cluster.log.history(new ArtifactKey(task().getKey())).charged())
                .isEqualTo(1);
    }

    @Test
    void stop_recordsWhatIsMissing() {
        boolean[] away = {true};
        cluster.beforeCreate = name -> {
            if (away[0] && name.endsWith(".outcome.json")) {
                throw new StoreException("away");
            }
        };
        first.fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.tick();

        away[0] = false;
        cluster.loop.get(cluster.dispatcher.stop());

        assertThat(cluster.store.exists(outcome(1))).isTrue();
    }

    private void cutOff(FakeWorker worker) {
        worker.blackHole = true;
        cluster.pass(DispatchFixture.SILENCE.plusSeconds(4));
    }

    private String outcome(int attempt) {
        return "tasks/" + task().getKey() + "/attempts/" + attempt + ".outcome.json";
    }

    private TaskStatus task() {
        return cluster.task(id, STAGE1);
    }
}
