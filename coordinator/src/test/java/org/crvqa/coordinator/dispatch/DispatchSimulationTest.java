package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.crvqa.coordinator.Samples;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.task.v1.FailureKind;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random faults under a fake clock. A seed that fails reproduces its run. */
class DispatchSimulationTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void run_randomFaults_everythingEndsAndNothingIsChargedOrForgotten(long seed) {
        Random random = new Random(seed);
        try (DispatchFixture cluster = new DispatchFixture(folder, 2, 2, 2)) {
            String one = cluster.submit(Samples.experiment());
            String other = cluster.submit(Samples.experiment().toBuilder()
                    .setName("other")
                    .addSeeds(2)
                    .build());
            for (int round = 0; round < 150; round++) {
                disturb(cluster, random);
                cluster.pass(Duration.ofMillis(500L * (1 + random.nextInt(8))));
            }
            cluster.workers.forEach(DispatchSimulationTest::repair);
            cluster.pass(Duration.ofSeconds(120));
            cluster.finishAll();

            for (String id : List.of(one, other)) {
                assertThat(cluster.status(id).getState())
                        .as("experiment %s, seed %d: %s", id, seed, cluster.status(id))
                        .isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void run_randomUserErrorsAndFaults_everyExperimentEnds(long seed) {
        Random random = new Random(seed);
        Experiment experiment = Samples.experiment();
        try (DispatchFixture cluster = new DispatchFixture(folder, 2, 1, 1)) {
            String id = cluster.submit(experiment);
            for (int round = 0; round < 60; round++) {
                disturb(cluster, random);
                if (random.nextInt(15) == 0) {
                    cluster.workers.stream()
                            .filter(worker -> worker.running != null)
                            .findFirst()
                            .ifPresent(worker -> worker.fail(FailureKind.FAILURE_KIND_USER_ERROR));
                }
                cluster.pass(Duration.ofSeconds(2));
            }
            cluster.workers.forEach(DispatchSimulationTest::repair);
            cluster.pass(Duration.ofSeconds(120));
            cluster.finishAll();

            assertThat(cluster.status(id).getState())
                    .isIn(ExperimentState.EXPERIMENT_STATE_SUCCEEDED, ExperimentState.EXPERIMENT_STATE_FAILED);
        }
    }

    private static void disturb(DispatchFixture cluster, Random random) {
        FakeWorker worker = cluster.workers.get(random.nextInt(cluster.workers.size()));
        switch (random.nextInt(12)) {
            case 0 -> worker.kill();
            case 1, 2 -> repair(worker);
            case 3 -> worker.breakStream();
            case 4 -> worker.blackHole = !worker.blackHole;
            case 5 -> cluster.restartCoordinator();
            case 6 -> {
                if (worker.running != null) {
                    worker.interrupt();
                }
            }
            case 7 -> {
                if (worker.running != null) {
                    worker.fail(FailureKind.FAILURE_KIND_EXTERNAL);
                }
            }
            default -> {
                if (worker.running != null) {
                    cluster.finish(worker);
                }
            }
        }
    }

    private static void repair(FakeWorker worker) {
        worker.blackHole = false;
        if (!worker.up || worker.draining) {
            worker.restart();
        }
    }
}
