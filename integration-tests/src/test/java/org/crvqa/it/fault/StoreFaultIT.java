package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.store.ProxyRule;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that errs: a real S3 server behind a proxy that makes faults, one cluster for all tests. */
@Timeout(600)
class StoreFaultIT {
    private static final int STEPS = 100;
    private static final Duration HELD = Duration.ofMinutes(3);

    @TempDir
    private static Path folder;

    private static S3Server s3;
    private static FaultCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Server.start(Files.createDirectory(folder.resolve("s3")));
        cluster = s3.plan(folder.resolve("store-faults")).start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        s3.close();
    }

    @AfterEach
    void heal() throws Exception {
        s3.faults().clear();
        cluster.heal();
    }

    @Test
    void row11_trainerKilledInMidUpload_nothingIsVisibleAndTheNextAttemptCompletes() throws Exception {
        String yaml = Experiments.dense("row11", STEPS, 11);
        ProxyRule upload =
                s3.faults().when("PUT", "/artifacts/.*/model\\.safetensors").hold();
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        ServiceProcess trainer = cluster.workerOf(task);
        assertThat(upload.awaitHeld(HELD)).isTrue();

        trainer.kill();
        s3.faults().clear();
        assertThat(cluster.store().artifacts().find(new ArtifactKey(task.getKey())))
                .isEmpty();
        cluster.awaitEnd(id);

        assertThat(attemptOf(task)).isEqualTo(2);
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row12_trainerKilledBetweenDataAndManifest_nothingIsVisibleAndTheNextAttemptCompletes() throws Exception {
        String yaml = Experiments.dense("row12", STEPS, 12);
        ProxyRule commit =
                s3.faults().when("PUT", "/artifacts/.*/manifest\\.json").hold();
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);
        ServiceProcess trainer = cluster.workerOf(task);
        assertThat(commit.awaitHeld(HELD)).isTrue();

        trainer.kill();
        assertThat(cluster.store().objects().list("artifacts/" + task.getKey() + "/"))
                .isNotEmpty();
        assertThat(cluster.store().artifacts().find(new ArtifactKey(task.getKey())))
                .isEmpty();
        commit.drop();
        s3.faults().clear();
        cluster.awaitEnd(id);

        assertThat(attemptOf(task)).isEqualTo(2);
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row14_answersToTheClaimAndToTheManifestAreLost_bothAreKnownAsOwnWrites() throws Exception {
        String yaml = Experiments.dense("row14", STEPS, 14);
        ProxyRule claims =
                s3.faults().when("PUT", "/attempts/1\\.json").first(1).loseAnswer();
        ProxyRule manifests = s3.faults()
                .when("PUT", "/artifacts/.*/manifest\\.json")
                .first(1)
                .loseAnswer();

        String id = cluster.submit(yaml);
        ExperimentStatus last = cluster.awaitEnd(id);

        assertThat(claims.faults()).isPositive();
        assertThat(manifests.faults()).isPositive();
        assertThat(last.getTasksList()).allMatch(task -> attemptOf(task) == task.getAttempt());
        Invariants.assertHold(cluster, id, yaml);
    }

    @Test
    @Tag("chaos")
    void row15_storeAnswers503ForAWhile_trainingGoesOnAndIsCommittedAfterwards() throws Exception {
        String yaml = Experiments.dense("row15", STEPS, 15);
        String id = cluster.submit(yaml);
        TaskStatus task = cluster.awaitTraining(id, 1);

        ProxyRule refusal = s3.faults().when("*", "").answer503();
        Await.until("many refusals, after the end of the training", HELD, () -> refusal.faults() > 60);
        refusal.remove();
        cluster.awaitEnd(id);

        assertThat(attemptOf(task)).isEqualTo(1);
        Invariants.assertHold(cluster, id, yaml);
    }

    private static int attemptOf(TaskStatus task) {
        return cluster.store()
                .artifacts()
                .require(new ArtifactKey(task.getKey()))
                .getProducer()
                .getAttempt();
    }
}
