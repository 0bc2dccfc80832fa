package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.FailureKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that cannot succeed, and machines that are too small for them. */
@Tag("chaos")
@Timeout(600)
class TaskFaultIT {
    @TempDir
    private Path folder;

    @Test
    void row25_lossBecomesNaN_taskFailsWithItsCauseAndSiblingsFinish() throws Exception {
        try (FaultCluster cluster = ClusterPlan.in(folder.resolve("nan")).start()) {
            String poisoned = cluster.submit(Experiments.dense("row25-nan", "1e30", 60, 25));
            String yaml = Experiments.dense("row25-sibling", 60, 26);
            String sibling = cluster.submit(yaml);

            ExperimentStatus failed = cluster.awaitEnd(poisoned);
            cluster.awaitEnd(sibling);

            assertThat(failed.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
            TaskStatus training = only(failed, TaskKind.TASK_KIND_TRAIN);
            assertThat(training.getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
            assertThat(training.getFailure().getCause()).contains("diverged");
            assertThat(training.getFailure().getAdvice()).isNotBlank();
            assertThat(only(failed, TaskKind.TASK_KIND_EVALUATE).getState()).isEqualTo(TaskState.TASK_STATE_CANCELLED);
            Invariants.assertHold(cluster, sibling, yaml);
        }
    }

    @Test
    void row25_taskThatAlwaysFails_isQuarantinedAfterThreeAttempts() throws Exception {
        try (FaultCluster cluster = ClusterPlan.in(folder.resolve("poison")).start()) {
            String first = cluster.submit(Experiments.dense("row25-model", 20, 27));
            TaskStatus trained = only(cluster.awaitEnd(first), TaskKind.TASK_KIND_TRAIN);
            // The evaluation below has another key than that of the experiment above, and reads the same model.
            assertThat(StoredBytes.flip(folder.resolve("poison/store"), "artifacts/" + trained.getKey()))
                    .isPositive();
            String second =
                    cluster.submit(Experiments.dense("row25-reads", 20, 27).replace("100", "90"));

            ExperimentStatus failed = cluster.awaitEnd(second);

            TaskStatus poison = only(failed, TaskKind.TASK_KIND_EVALUATE);
            assertThat(poison.getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
            assertThat(poison.getAttempt()).isEqualTo(3);
            assertThat(poison.getFailure().getKind()).isEqualTo(FailureKind.FAILURE_KIND_CORRUPT_DATA);
            assertThat(poison.getFailure().getCause()).contains(trained.getKey());
            Invariants.assertSlotsAreFree(cluster.client());
        }
    }

    @Test
    void row18_trainersKilledForMemory_reasonIsRecordedAndTheTaskQuarantined() throws Exception {
        try (ControlGroup small = ControlGroup.create("crvqa-row18", MEMORY_BYTES)) {
            assumeTrue(small.usable(), "Needs the right to create memory control groups");
            try (FaultCluster cluster = ClusterPlan.in(folder.resolve("memory"))
                            .prefix("trainer-1", small.entering())
                            .prefix("trainer-2", small.entering())
                            .start();
                    Restarts restarts = Restarts.of(cluster)) {
                String large = Experiments.dense("row18-large", 60, 18).replace("batch_size: 64", "batch_size: 4000");
                String id = cluster.submit(large);

                ExperimentStatus failed = cluster.awaitEnd(id);

                TaskStatus training = only(failed, TaskKind.TASK_KIND_TRAIN);
                assertThat(restarts.count()).isGreaterThanOrEqualTo(2);
                assertThat(training.getState()).isEqualTo(TaskState.TASK_STATE_FAILED);
                assertThat(training.getFailure().getKind()).isEqualTo(FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES);
                assertThat(training.getFailure().getCause()).containsIgnoringCase("memory");
                String yaml = Experiments.dense("row18-sibling", 40, 19);
                String sibling = cluster.submit(yaml);
                cluster.awaitEnd(sibling);
                Invariants.assertHold(cluster, sibling, yaml);
            }
        }
    }

    @Test
    void row22_diskOfATrainerIsFull_nothingIsCorruptedAndTheTaskEndsElsewhere() throws Exception {
        Path cache = Files.createDirectory(folder.resolve("small"));
        assumeTrue(SmallDisk.mount(cache, DISK_BYTES), "Needs the right to mount");
        try (FaultCluster cluster = ClusterPlan.in(folder.resolve("disk"))
                .setFor("trainer-1", "CRVQA_CACHE", cache.toString())
                .with(ServiceKind.TRAINER, 2)
                .start()) {
            String yaml = Experiments.dense("row22", 40, 22);
            String id = cluster.submit(yaml);

            ExperimentStatus last = cluster.awaitEnd(id);

            TaskStatus training = only(last, TaskKind.TASK_KIND_TRAIN);
            List<String> endings = Invariants.outcomes(cluster.store().objects(), training.getKey());
            assertThat(endings)
                    .anyMatch(ending -> ending.contains(FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES.name()));
            assertThat(last.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
            assertThat(Reference.digests(cluster.store(), last)).isEqualTo(Reference.of(yaml));
            Invariants.assertSlotsAreFree(cluster.client());
        } finally {
            SmallDisk.unmount(cache);
        }
    }

    private static final long MEMORY_BYTES = 900L << 20;
    private static final long DISK_BYTES = 256 << 10;

    private static TaskStatus only(ExperimentStatus experiment, TaskKind kind) {
        List<TaskStatus> tasks = experiment.getTasksList().stream()
                .filter(task -> task.getKind() == kind)
                .toList();
        assertThat(tasks).hasSize(1);
        return tasks.get(0);
    }
}
