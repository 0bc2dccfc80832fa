package org.crvqa.coordinator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.task.v1.WorkerKind.WORKER_KIND_TRAINER;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That what {@link ScaleSimulationTest} checks can fail at all. */
class ScaleSimulationBitesTest {
    @ParameterizedTest
    @ValueSource(strings = {"marks", "holds"})
    void clusterOrDispatcher_doNotKeepTheirPart_someWorkerIsEndedAtWork(String ignored) {
        List<Long> bitten = new ArrayList<>();
        for (long seed = 0; seed < 40 && bitten.isEmpty(); seed++) {
            PoolWorld world = new PoolWorld(Scaling.settings(new Random(seed)), seed);
            world.ignoresMarks = ignored.equals("marks");
            world.ignoresHolds = ignored.equals("holds");
            world.add(WORKER_KIND_TRAINER, 40);
            for (int tick = 0; tick < 4000; tick++) {
                world.tick();
            }
            if (!world.killed().isEmpty()) {
                bitten.add(seed);
            }
        }
        assertThat(bitten).isNotEmpty();
    }
}
