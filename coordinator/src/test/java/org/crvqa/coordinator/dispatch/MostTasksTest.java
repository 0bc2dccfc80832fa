package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However many experiments are submitted, the tasks that the coordinator keeps for them are bounded. */
class MostTasksTest {
    private static final Plan PLAN = Samples.plan(Samples.experiment());
    private static final int TASKS = PLAN.tasks().size();

    private final ManualLoop loop = new ManualLoop();

    @TempDir
    private Path folder;

    @Test
    void refusal_tasksLeftToRunAndNewOnes_areNotMoreThanAllowed() {
        try (ObjectStore store =
                ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()))) {
            Dispatcher dispatcher = dispatcher(store, TASKS + 5);
            assertThat(loop.get(dispatcher.refusal(TASKS))).isEmpty();
            add(dispatcher, "one");

            assertThat(loop.get(dispatcher.refusal(5))).isEmpty();
            assertThat(loop.get(dispatcher.refusal(6)).orElseThrow())
                    .contains(TASKS + " tasks to run already")
                    .contains("at most " + (TASKS + 5))
                    .contains("CRVQA_MOST_TASKS");
        }
    }

    @Test
    void forget_afterTheEnd_makesRoom() {
        try (ObjectStore store =
                ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()))) {
            Dispatcher dispatcher = dispatcher(store, TASKS);
            add(dispatcher, "one");
            assertThat(loop.get(dispatcher.refusal(1))).isPresent();
            assertThat(loop.get(dispatcher.forget("one"))).isFalse();
            assertThat(loop.get(dispatcher.cancel("one"))).isTrue();

            assertThat(loop.get(dispatcher.refusal(TASKS))).isEmpty();
            assertThat(loop.get(dispatcher.forget("one"))).isTrue();
            assertThat(loop.get(dispatcher.list())).isEmpty();
        }
    }

    private Dispatcher dispatcher(ObjectStore store, int mostTasks) {
        return new Dispatcher(
                loop.eventLoop(),
                new DispatchSettings(Duration.ofSeconds(45), Duration.ofSeconds(1), 10, Map.of(), mostTasks),
                new AttemptLog(store, new ArtifactRepository(store, folder.resolve("cache")), loop),
                new DispatchMetrics(new SimpleMeterRegistry()),
                member -> {
                    throw new AssertionError("There are no workers");
                },
                Leadership.ALONE,
                "");
    }

    private void add(Dispatcher dispatcher, String id) {
        Experiment experiment = Samples.experiment();
        loop.get(dispatcher.add(
                new StoredExperiment(id, experiment, experiment, loop.instant(), false), Optional.of(PLAN), Map.of()));
    }
}
