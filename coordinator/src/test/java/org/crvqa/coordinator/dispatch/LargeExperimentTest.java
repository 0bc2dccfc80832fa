package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.reading.Reads;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment with more tasks than fit into a message. */
class LargeExperimentTest {
    private static final int TASKS = Reads.MOST_TASKS_TOLD + 1;
    private static final String ID = "large-1";

    @TempDir
    private Path folder;

    private DispatchFixture cluster;

    @BeforeEach
    void open() {
        cluster = new DispatchFixture(folder, 1, 0, 0);
        Experiment experiment = Experiment.newBuilder().setName("large").build();
        StoredExperiment stored = new StoredExperiment(ID, experiment, experiment, cluster.loop.instant(), false);
        cluster.loop.get(cluster.dispatcher.add(stored, Optional.of(plan()), Map.of()));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void status_tasksAreTooMany_areLeftOutAndCounted() {
        ExperimentStatus status = cluster.status(ID);

        assertThat(status.getTasksCount()).isZero();
        assertThat(status.getTasksOmitted()).isTrue();
        assertThat(status.getTasksTotal()).isEqualTo(TASKS);
        assertThat(status.getCounts().getReady()).isEqualTo(TASKS);
        assertThat(status.getStagesList()).singleElement().satisfies(stage -> {
            assertThat(stage.getKind()).isEqualTo(TaskKind.TASK_KIND_TRAIN);
            assertThat(stage.getCounts()).isEqualTo(status.getCounts());
        });
    }

    @Test
    void tasks_inPages_areAllOfThemInEitherOrder() {
        for (boolean newestFirst : new boolean[] {false, true}) {
            Set<String> keys = new HashSet<>();
            Optional<TaskCursor> next = Optional.of(TaskCursor.START);
            while (next.isPresent()) {
                TaskPage page = page(TaskFilter.ALL, newestFirst, next.get());
                page.tasks().forEach(task -> assertThat(keys.add(task.getKey())).isTrue());
                assertThat(page.total()).isEqualTo(TASKS);
                next = page.next();
            }
            assertThat(keys).hasSize(TASKS);
        }
    }

    @Test
    void tasks_inTheOrderOfChange_whatChangesMeanwhileIsLeftBehindAndNothingElseIs() {
        TaskPage first = page(TaskFilter.ALL, true, TaskCursor.START);
        Set<String> seen = new HashSet<>();
        first.tasks().forEach(task -> seen.add(task.getKey()));
        // The task that is given out first is among those that changed longest ago.
        cluster.tick();
        String changed = cluster.workers.get(0).calls.get(0).getKey();
        assertThat(seen).doesNotContain(changed);

        Optional<TaskCursor> next = first.next();
        while (next.isPresent()) {
            TaskPage page = page(TaskFilter.ALL, true, next.get());
            page.tasks().forEach(task -> assertThat(seen.add(task.getKey())).isTrue());
            next = page.next();
        }

        assertThat(seen).hasSize(TASKS - 1).doesNotContain(changed);
        assertThat(page(TaskFilter.ALL, true, TaskCursor.START).tasks().get(0).getKey())
                .isEqualTo(changed);
    }

    @Test
    void changes_oneTaskOfMany_isAllThatIsTold() {
        long step = page(TaskFilter.ALL, false, TaskCursor.START).step();
        cluster.tick();

        ExperimentChanges changes = cluster.loop.get(cluster.dispatcher.changes(Map.of(ID, step), Set.of()));

        assertThat(changes.changed().get(ID).tasks())
                .singleElement()
                .satisfies(change -> assertThat(change.task().getState()).isEqualTo(TaskState.TASK_STATE_RUNNING));
        assertThat(cluster.loop
                        .get(cluster.dispatcher.changes(
                                Map.of(ID, changes.changed().get(ID).step()), Set.of()))
                        .changed())
                .isEmpty();
    }

    @Test
    void pause_whatCouldRun_isNoNeedOfWorkers() {
        assertThat(ready()).isEqualTo(TASKS);

        cluster.loop.get(cluster.dispatcher.set(ID, Settings.NONE.paused(true), false));
        assertThat(ready()).isZero();

        cluster.loop.get(cluster.dispatcher.set(ID, Settings.NONE, false));
        assertThat(ready()).isEqualTo(TASKS);
    }

    private int ready() {
        return cluster.loop.get(cluster.dispatcher.fleet()).ready().values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private TaskPage page(TaskFilter filter, boolean newestFirst, TaskCursor from) {
        TaskPage page = cluster.loop
                .get(cluster.dispatcher.tasks(ID, new TaskQuery(filter, newestFirst, from, 1_000, false)))
                .orElseThrow();
        assertThat(page.tasks()).hasSizeLessThanOrEqualTo(1_000);
        return page;
    }

    private static Plan plan() {
        List<PlanTask> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            TaskSpec spec = TaskSpec.newBuilder()
                    .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                    .setTrain(TrainSpec.newBuilder().setSeed(i))
                    .build();
            tasks.add(new PlanTask(ArtifactKey.of(spec), TaskKind.TASK_KIND_TRAIN, spec, "task " + i, List.of(), 1));
        }
        return new Plan(tasks, List.of(), TASKS);
    }
}
