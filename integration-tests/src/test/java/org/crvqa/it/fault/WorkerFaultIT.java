package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that cannot be reached, and calls that race, on one cluster; every test has seeds of its own. */
@Timeout(600)
class WorkerFaultIT {
    private static final int STEPS = 150;

    @TempDir
    private static Path folder;

    private static FaultCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = ClusterPlan.in(folder.resolve("cluster")).start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @AfterEach
    void heal() throws Exception {
        cluster.heal();
    }

    @Test
    void row8_coordinatorGoneWhileAWorkerTrains_trainingGoesOnAndIsJoinedAgain() throws Exception {
        String yaml = Experiments.dense("row8", 2 * STEPS, 8);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);

        cluster.coordinator().kill();
        cluster.launch(cluster.coordinator());
        ExperimentStatus last = cluster.awaitEnd(id);

        // With its key, by which 'crvqa logs' finds it.
        assertThat(cluster.coordinator().log().lines())
                .anyMatch(line -> line.contains("(" + task.getKey().substring(0, 12) + ") runs on ")
                        && line.contains("listening again"));
        assertThat(last.getTasksList()).allMatch(any -> any.getAttempt() == 1);
        assertThat(Invariants.attempts(cluster.store().objects(), task.getKey()))
                .isEqualTo(1);
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row23_workerBehindABlackHole_isNoticedAndItsTaskGoesElsewhere() throws Exception {
        String yaml = Experiments.dense("row23", STEPS, 23);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        ServiceProcess lost = cluster.workerOf(task);

        cluster.link(lost.name()).blackHole();
        Await.until(
                "the loss is noticed",
                Duration.ofSeconds(45),
                () -> cluster.coordinator().log().contains("no word from " + cluster.address(lost.name())));
        cluster.awaitEnd(id);
        assertThat(cluster.link(lost.name()).held()).isPositive();
        cluster.link(lost.name()).pass();

        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row7_workerThatWasCutOffComesBackAfterItsTaskIsDone_itsCommitIsRefused() throws Exception {
        String yaml = Experiments.dense("row7", STEPS, 7);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        ServiceProcess cutOff = cluster.workerOf(task);

        cutOff.freeze();
        cluster.link(cutOff.name()).blackHole();
        cluster.awaitEnd(id);
        cutOff.thaw();
        cluster.link(cutOff.name()).pass();
        Invariants.assertSlotsAreFree(cluster.client());

        assertThat(cluster.store()
                        .artifacts()
                        .require(new org.crvqa.artifacts.ArtifactKey(task.getKey()))
                        .getProducer()
                        .getAttempt())
                .isEqualTo(2);
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    void row28_oneOfTwoExperimentsThatShareAStageIsCancelled_theOtherKeepsIt() throws Exception {
        String yaml = Experiments.dense("row28-stays", STEPS, 28);
        String goes = cluster.submit(Experiments.dense("row28-goes", STEPS, 28));
        String stays = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(stays, 1);

        ExperimentStatus cancelled = cluster.client().cancel(goes);
        ExperimentStatus last = cluster.awaitEnd(stays);

        assertThat(cancelled.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(last.getTasksList()).allMatch(any -> any.getAttempt() == 1);
        assertThat(Invariants.attempts(cluster.store().objects(), task.getKey()))
                .isEqualTo(1);
        Invariants.assertHold(cluster, stays, yaml);
    }

    @Test
    void row26_cancelRacesCompletion_oneTerminalStateAndAFreeSlot() throws Exception {
        int cancelled = 0;
        for (int seed = 260; seed < 264; seed++) {
            // From the first steps to the upload: each time a little later.
            String id = cluster.submit(Experiments.dense("row26-" + seed, 20, seed));
            int steps = 6 * (seed - 260);
            cluster.awaitTask(
                    id,
                    "a task at step " + steps,
                    task -> task.getKind() == TaskKind.TASK_KIND_TRAIN
                            && (task.getState() == TaskState.TASK_STATE_DONE
                                    || task.getProgress().getStep() >= steps));
            cluster.client().cancel(id);
            Invariants.assertSlotsAreFree(cluster.client());
            ExperimentStatus last = FaultCluster.awaitEnd(cluster.client(), id, Duration.ofSeconds(30));
            for (TaskStatus task : last.getTasksList()) {
                assertThat(task.getState()).isIn(TaskState.TASK_STATE_DONE, TaskState.TASK_STATE_CANCELLED);
                assertThat(cluster.client().get(id).getTasksList()).contains(task);
                cancelled += task.getState() == TaskState.TASK_STATE_CANCELLED ? 1 : 0;
            }
        }
        assertThat(cancelled).isPositive();
    }
}
