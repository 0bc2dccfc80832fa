package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Release;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments that another release planned: no worker of this one would take their tasks. */
class OtherVersionTest {
    private static final Experiment EXPERIMENT = Samples.experiment();
    private static final Plan PLAN = Samples.plan(EXPERIMENT, Release.VERSION_2);

    @TempDir
    private Path folder;

    private DispatchFixture cluster;

    @BeforeEach
    void start() {
        cluster = new DispatchFixture(folder, 2, 1, 1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void tick_tasksOfAnotherVersion_endWithTheReasonAndNoWorkerIsAsked() {
        add();

        cluster.pass(Duration.ofSeconds(5));

        assertThat(cluster.status("old").getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        assertThat(cluster.workers).allMatch(worker -> worker.calls.isEmpty());
        assertThat(cluster.store.list("tasks/")).isEmpty();
        assertThat(cluster.task("old", "stage 1 bce, tiny, seed 0").getFailure().getCause())
                .contains("planned for algorithm version 2");
        assertThat(cluster.task("old", "evaluate bce, tiny, seed 0").getState())
                .isEqualTo(TaskState.TASK_STATE_CANCELLED);
    }

    @Test
    void tick_workerThatWasNotUpgradedRunsOne_itIsJoinedAndItsResultTaken() {
        PlanTask running = PLAN.tasks().get(0);
        FakeWorker old = cluster.worker("trainer-0");
        old.running = TaskAssignment.newBuilder()
                .setSpec(running.spec())
                .setKey(running.key().hex())
                .setAttempt(1)
                .build();
        add();

        cluster.pass(Duration.ofSeconds(5));

        assertThat(cluster.task("old", running.label()).getState()).isEqualTo(TaskState.TASK_STATE_RUNNING);
        assertThat(old.cancelled).isEmpty();
        try (ArtifactDraft draft = cluster.artifacts.draft(running.spec())) {
            draft.commit(Manifest.getDefaultInstance());
        }
        old.complete();
        cluster.pass(Duration.ofSeconds(5));
        assertThat(cluster.task("old", running.label()).getState()).isEqualTo(TaskState.TASK_STATE_DONE);
        assertThat(cluster.status("old").getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
    }

    @Test
    void tick_besideOneOfThisVersion_thatOneRuns() {
        add();
        String id = cluster.submit(EXPERIMENT);

        cluster.finishAll();

        assertThat(cluster.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(cluster.status("old").getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
    }

    @Test
    void tick_workersDoNotAnswer_nothingIsGivenUpYet() {
        cluster.workers.stream()
                .filter(worker -> worker.kind() == WorkerKind.WORKER_KIND_TRAINER)
                .forEach(worker -> worker.slowAnswer = new CompletableFuture<>());
        add();

        cluster.pass(Duration.ofSeconds(1));

        assertThat(cluster.status("old").getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    private void add() {
        StoredExperiment stored = new StoredExperiment("old", EXPERIMENT, EXPERIMENT, cluster.loop.instant(), false);
        Map<ArtifactKey, TaskHistory> histories = new HashMap<>();
        PLAN.tasks().forEach(task -> histories.put(task.key(), cluster.log.history(task.key())));
        cluster.loop.get(cluster.dispatcher.add(stored, Optional.of(PLAN), histories));
    }
}
