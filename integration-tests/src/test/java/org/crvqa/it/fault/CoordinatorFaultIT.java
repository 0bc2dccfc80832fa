package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.PlannedTask;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that ends in the middle of something. */
@Timeout(600)
class CoordinatorFaultIT {
    private static final int ROUNDS = 5;

    @TempDir
    private Path folder;

    @Test
    void row1_coordinatorKilledInMidExpansion_sameTasksAfterTheRestartAndNoneTwice() throws Exception {
        try (FaultCluster cluster = ClusterPlan.in(folder.resolve("expansion"))
                .with(ServiceKind.TRAINER, 0)
                .with(ServiceKind.EVALUATOR, 0)
                .start()) {
            int answersLost = 0;
            for (int round = 1; round <= ROUNDS && answersLost == 0; round++) {
                String yaml = Experiments.withSubnetworks("row1-" + round, 40, Experiments.seeds(1, 60));
                answersLost += killInMidExpansion(cluster, yaml, round) ? 1 : 0;
                assertSameTasksAfterRestart(cluster, yaml, round);
            }
            assertThat(answersLost).isPositive();
        }
    }

    /** Whether the coordinator died before it could answer. */
    private static boolean killInMidExpansion(FaultCluster cluster, String yaml, int round) throws Exception {
        CompletableFuture<String> submission = CompletableFuture.supplyAsync(() -> cluster.submit(yaml));
        Await.until(
                "the submission is stored",
                Await.LONG,
                () -> cluster.store().objects().list("experiments/").stream()
                                .filter(name -> name.endsWith("/submission.json"))
                                .count()
                        == round);
        cluster.coordinator().kill();
        return submission.handle((id, error) -> error != null).join();
    }

    private static void assertSameTasksAfterRestart(FaultCluster cluster, String yaml, int round) throws Exception {
        cluster.launch(cluster.coordinator());
        cluster.coordinator().awaitReady();
        PlanExperimentResponse plan = cluster.client().plan(yaml, "row1.yaml");

        String id = cluster.submit(yaml);

        assertThat(id).isEqualTo(plan.getExperimentId());
        List<String> keys = cluster.client().get(id).getTasksList().stream()
                .map(TaskStatus::getKey)
                .toList();
        assertThat(keys)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        plan.getTasksList().stream().map(PlannedTask::getKey).toList());
        assertThat(cluster.client()
                        .list(ListExperimentsRequest.newBuilder()
                                .setPageSize(100)
                                .build())
                        .getExperimentsList())
                .hasSize(round);
    }
}
