package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.task.v1.FailureKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryTest {
    private static final Experiment DENSE = Samples.dense();
    private static final String STAGE1 = "stage 1 bce, tiny, seed 0";
    private static final String EVALUATION = "evaluate bce, tiny, seed 0";

    @TempDir
    Path folder;

    private DispatchFixture cluster;

    @BeforeEach
    void open() {
        cluster = new DispatchFixture(folder, 1, 1, 1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void retry_failedTask_runsAgainWithWhatWaitedForIt_alsoAfterARestart() {
        String id = failed();
        assertThat(cluster.task(id, EVALUATION).getState()).isEqualTo(TaskState.TASK_STATE_CANCELLED);

        assertThat(cluster.retry(id)).containsExactly(key(id, STAGE1));
        assertThat(cluster.task(id, EVALUATION).getState()).isEqualTo(TaskState.TASK_STATE_PLANNED);
        cluster.restartCoordinator();
        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void restart_withoutRetry_staysFailed() {
        String id = failed();

        cluster.restartCoordinator();
        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
    }

    @Test
    void retry_thenItFailsForGoodAgain_isFailedAlsoAfterARestart() {
        String id = failed();
        cluster.retry(id);
        cluster.pass(Duration.ofSeconds(2));
        cluster.worker("trainer").fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.tick();

        cluster.restartCoordinator();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
    }

    @Test
    void retry_chargedTask_hasAllItsTriesAgain() {
        String id = cluster.submit(DENSE);
        for (int i = 0; i < 3; i++) {
            failOnce();
        }
        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_FAILED);

        cluster.retry(id);
        failOnce();
        cluster.restartCoordinator();
        failOnce();

        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_READY);
        failOnce();
        assertThat(cluster.task(id, STAGE1).getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
    }

    @Test
    void retry_artifactWasDiscarded_itIsMadeAgain() {
        String id = cluster.submit(DENSE);
        cluster.tick();
        cluster.finish(cluster.worker("trainer"));
        for (int i = 0; i < 3; i++) {
            cluster.pass(Duration.ofSeconds(70));
            cluster.worker("evaluator").fail(FailureKind.FAILURE_KIND_CORRUPT_DATA);
            cluster.tick();
        }
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        cluster.store.delete("artifacts/" + key(id, STAGE1) + "/manifest.json");

        assertThat(cluster.retry(id)).containsExactly(key(id, STAGE1), key(id, EVALUATION));
        assertThat(cluster.task(id, EVALUATION).getState()).isEqualTo(TaskState.TASK_STATE_PLANNED);
        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster.calls(key(id, STAGE1).hex())).isEqualTo(2);
    }

    @Test
    void retry_nothingFailed_changesNothing() {
        String id = cluster.submit(DENSE);
        cluster.finishAll();

        assertThat(cluster.retry(id)).isEmpty();
        assertThat(cluster.retry(id)).isEmpty();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    @Test
    void retryTwo_thenCancelOne_sharedTaskGoesOnForTheOther() {
        String one = failed();
        String other = cluster.submit(DENSE.toBuilder().setName("other").build());
        assertThat(cluster.status(other).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);

        cluster.retry(one);
        cluster.tick();
        assertThat(cluster.status(other).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        assertThat(cluster.retry(other)).isEmpty();
        cluster.loop.get(cluster.dispatcher.cancel(one));
        cluster.finishAll();

        assertThat(cluster.status(one).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(cluster.status(other).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster.retry(one)).isEmpty();
    }

    private String failed() {
        String id = cluster.submit(DENSE);
        cluster.tick();
        cluster.worker("trainer").fail(FailureKind.FAILURE_KIND_USER_ERROR);
        cluster.tick();
        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        return id;
    }

    private void failOnce() {
        cluster.pass(Duration.ofSeconds(70));
        cluster.worker("trainer").fail(FailureKind.FAILURE_KIND_INTERNAL);
        cluster.tick();
    }

    private ArtifactKey key(String id, String label) {
        return new ArtifactKey(cluster.task(id, label).getKey());
    }
}
