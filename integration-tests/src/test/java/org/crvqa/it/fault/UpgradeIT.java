package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.it.Installation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs of two versions side by side. {@code -Dcrvqa.previous=FOLDER} says where {@code previous.sh} has built the
 * services of an earlier revision, which computes the same algorithm version; without it these are skipped.
 */
@Tag("chaos")
@Timeout(600)
@EnabledIfSystemProperty(
        named = "crvqa.previous",
        matches = ".+",
        disabledReason = "Build an earlier revision: integration-tests/previous.sh REVISION FOLDER")
class UpgradeIT {
    private static final int STEPS = 80;

    @TempDir
    private Path folder;

    @Test
    void row5_servicesReplacedOneAfterTheOther_workContinues() throws Exception {
        String yaml = Experiments.dense("row5-up", STEPS, Experiments.seeds(50, 55));
        try (FaultCluster cluster =
                ClusterPlan.in(folder.resolve("up")).home(previous()).start()) {
            String id = cluster.submit(yaml);
            cluster.awaitTraining(id, 1);

            for (String name : new String[] {"coordinator", "trainer-1", "evaluator", "trainer-2"}) {
                ServiceProcess service = cluster.service(name);
                service.terminate();
                service.awaitEnd();
                service.upgrade(Installation.home());
                cluster.launch(service);
                service.awaitReady();
            }
            ExperimentStatus last = cluster.awaitEnd(id);

            assertThat(last.getTasksDone()).isEqualTo(last.getTasksTotal());
            Invariants.assertHold(cluster, id, yaml);
        }
    }

    @Test
    void row5_previousCoordinatorWithNewWorkers_workContinues() throws Exception {
        ClusterPlan plan = ClusterPlan.in(folder.resolve("old-coordinator"));
        run(plan.home(ServiceKind.COORDINATOR, previous()), Experiments.dense("row5-oc", STEPS, 56));
    }

    @Test
    void row5_newCoordinatorWithPreviousWorkers_workContinues() throws Exception {
        ClusterPlan plan = ClusterPlan.in(folder.resolve("old-workers"));
        run(
                plan.home(previous()).home(ServiceKind.COORDINATOR, Installation.home()),
                Experiments.dense("row5-ow", STEPS, 57));
    }

    private static void run(ClusterPlan plan, String yaml) throws Exception {
        try (FaultCluster cluster = plan.start()) {
            String id = cluster.submit(yaml);
            cluster.awaitEnd(id);
            Invariants.assertHold(cluster, id, yaml);
        }
    }

    private static Path previous() {
        return RollingUpgrade.previous().orElseThrow();
    }
}
