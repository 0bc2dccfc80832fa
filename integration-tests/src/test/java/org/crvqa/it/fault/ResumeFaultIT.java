package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainers that end in the middle: what the next attempt begins with. A state is saved every {@value #EVERY} steps. */
@Timeout(600)
class ResumeFaultIT {
    private static final int EVERY = 60;
    private static final int STEPS = 200;

    @TempDir
    private static Path folder;

    private static FaultCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = ClusterPlan.in(folder.resolve("resume"))
                .set("CRVQA_CHECKPOINT_STEPS", Integer.toString(EVERY))
                .set("CRVQA_DRAIN_SECONDS", "5")
                .start();
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
    void row6_trainerKilled_nextAttemptResumesAtTheLastStateAndEndsInTheSameBytes() throws Exception {
        String yaml = Experiments.dense("row6", STEPS, 6);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        cluster.awaitState(task, EVERY);

        cluster.workerOf(task).kill();
        cluster.awaitEnd(id);

        Producer producer = producer(task);
        assertThat(producer.getAttempt()).isEqualTo(2);
        assertThat(producer.getResumedStep()).isGreaterThanOrEqualTo(EVERY);
        assertThat(producer.getResumedFromAttempt()).isEqualTo(1);
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row9_terminatedWithEnoughGrace_savesAStateJustInTime() throws Exception {
        String yaml = Experiments.dense("row9", STEPS, 9);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 5);

        ServiceProcess trainer = cluster.workerOf(task);
        trainer.terminate();
        trainer.awaitEnd();
        cluster.awaitEnd(id);

        Producer producer = producer(task);
        assertThat(producer.getAttempt()).isEqualTo(2);
        assertThat(producer.getResumedStep())
                .isGreaterThanOrEqualTo(task.getProgress().getStep());
        assertThat(Invariants.outcomes(cluster.store().objects(), task.getKey()).get(0))
                .contains("interrupted");
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row10_terminatedWithTooLittleGrace_fallsBackToTheStateBefore() throws Exception {
        String yaml = Experiments.dense("row10", STEPS, 10);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        cluster.awaitState(task, EVERY);

        ServiceProcess trainer = cluster.workerOf(task);
        // Frozen, it cannot save anything between the two signals.
        trainer.freeze();
        trainer.terminate();
        trainer.kill();
        cluster.awaitEnd(id);

        Producer producer = producer(task);
        assertThat(producer.getAttempt()).isEqualTo(2);
        assertThat(producer.getResumedStep()).isPositive();
        assertThat(producer.getResumedStep() % EVERY).isZero();
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row13_newestStateFlipped_theOneBeforeIsUsed() throws Exception {
        String yaml = Experiments.dense("row13", STEPS, 13);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        cluster.awaitState(task, 2 * EVERY);

        ServiceProcess trainer = cluster.workerOf(task);
        trainer.freeze();
        int flipped = StoredBytes.flip(
                folder.resolve("resume/store"), "tasks/" + task.getKey() + "/state/%012d".formatted(2 * EVERY));
        trainer.kill();
        cluster.awaitEnd(id);

        assertThat(flipped).isPositive();
        assertThat(producer(task).getResumedStep()).isEqualTo(EVERY);
        assertThat(cluster.logs("trainer")).contains("a saved state is passed over: ", "SHA-256");
        Invariants.assertHold(cluster, id, yaml);
    }

    private static Producer producer(TaskStatus task) {
        return cluster.store()
                .artifacts()
                .require(new ArtifactKey(task.getKey()))
                .getProducer();
    }
}
