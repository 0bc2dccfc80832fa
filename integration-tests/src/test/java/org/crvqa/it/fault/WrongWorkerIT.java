package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkerSetAside;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Workers that live, answer, and must not have the work. */
@Timeout(600)
class WrongWorkerIT {
    private static final int STEPS = 30;

    @TempDir
    private Path folder;

    @Test
    void idleTrainerOfAnEarlierVersionAmongBusyOnes_isSetAsideAndNoTaskIsLost() throws Exception {
        String yaml = Experiments.dense("earlier", STEPS, Experiments.seeds(60, 65));
        try (EarlierTrainer earlier = EarlierTrainer.start();
                FaultCluster cluster = ClusterPlan.in(folder.resolve("earlier"))
                        .alsoTrainer(earlier.address())
                        .start()) {
            String id = cluster.submit(yaml);
            WorkerSetAside aside = awaitAside(cluster, earlier.address());
            cluster.awaitEnd(id);

            assertThat(aside.getReason()).contains("algorithm version");
            assertThat(aside.hasUntil()).as("no time mends it").isFalse();
            assertThat(earlier.refused()).isPositive();
            Invariants.assertHold(cluster, id, yaml);
            assertThat(earlier.refused()).as("asked once, it is known").isEqualTo(1);
        }
    }

    @Test
    @Tag("chaos")
    @EnabledIfSystemProperty(
            named = "crvqa.previous.version",
            matches = ".+",
            disabledReason = "Build a revision of an earlier algorithm version: integration-tests/previous.sh")
    void programOfAnEarlierVersionAmongBusyOnes_isSetAsideAndNoTaskIsLost() throws Exception {
        String yaml = Experiments.dense("program", STEPS, Experiments.seeds(60, 65));
        try (FaultCluster cluster = ClusterPlan.in(folder.resolve("program"))
                .with(ServiceKind.TRAINER, 3)
                .absent("trainer-3")
                .start()) {
            ServiceProcess earlier = cluster.service("trainer-3");
            earlier.upgrade(Path.of(System.getProperty("crvqa.previous.version")));
            cluster.launch(earlier);
            earlier.awaitReady();
            String id = cluster.submit(yaml);
            WorkerSetAside aside = awaitAside(cluster, cluster.address("trainer-3"));
            cluster.awaitEnd(id);

            assertThat(aside.getReason()).contains("algorithm version");
            Invariants.assertHold(cluster, id, yaml);
        }
    }

    @Test
    void trainerWithAnotherStoreAndOneThatFailsAll_getNothingAndArePausedAndNoTaskIsLost() throws Exception {
        // So many that the failing one is given enough of them, however fast the others are.
        String yaml = Experiments.dense("wrong", STEPS, Experiments.seeds(66, 80));
        try (S3Server s3 = S3Server.start(folder.resolve("s3"))) {
            ClusterPlan plan = s3.plan(folder.resolve("wrong"));
            try (FaultCluster cluster = WrongWorkers.plan(plan, plan.store().location() + "-of-others")
                    .start()) {
                WrongWorkers wrong = WrongWorkers.join(cluster);
                wrong.awaitReady();
                String id = cluster.submit(yaml);
                WorkerSetAside failing = awaitAside(cluster, wrong.failing());
                WorkerSetAside stranger = awaitAside(cluster, wrong.stranger());
                ExperimentStatus last = cluster.awaitEnd(id);

                assertThat(failing.getReason()).contains("in a row ended badly here and nowhere else");
                assertThat(failing.hasUntil()).isTrue();
                assertThat(stranger.getReason()).contains("another store", "CRVQA_STORE");
                for (TaskStatus task : last.getTasksList()) {
                    assertThat(Invariants.claims(cluster.store().objects(), task.getKey()))
                            .noneMatch(claim -> claim.contains(wrong.stranger()));
                }
                Invariants.assertHold(cluster, id, yaml);
            }
        }
    }

    private static WorkerSetAside awaitAside(FaultCluster cluster, String address) throws Exception {
        return Await.value(
                "worker " + address + " is set aside",
                Await.LONG,
                () -> aside(cluster, address).stream().findFirst());
    }

    private static List<WorkerSetAside> aside(FaultCluster cluster, String address) {
        return cluster.client().workers().getWorkersList().stream()
                .filter(worker -> worker.getAddress().equals(address))
                .filter(WorkerStatus::hasSetAside)
                .map(WorkerStatus::getSetAside)
                .toList();
    }
}
