package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.Test;

class TaskBoardTest {
    private static final List<TaskKind> KINDS =
            List.of(TaskKind.TASK_KIND_TRAIN, TaskKind.TASK_KIND_PRUNE, TaskKind.TASK_KIND_EVALUATE);
    private static final TaskFailure FAILURE = TaskFailure.newBuilder()
            .setKind(FailureKind.FAILURE_KIND_USER_ERROR)
            .build();

    private final ManualLoop clock = new ManualLoop();
    private final TaskBoard board = new TaskBoard(clock, 3);

    /** Whatever happens, counters, order of service and order of changes are what a look at all tasks gives. */
    @Test
    void anything_random_agreesWithALookAtAllTasks() {
        for (long seed = 1; seed <= 60; seed++) {
            new Life(new Random(seed)).run(seed);
        }
    }

    @Test
    void add_planWhoseInputsAreMissing_isRefusedAndNothingIsChanged() {
        List<PlanTask> tasks = plan(1, 2).tasks();

        assertThatThrownBy(() -> add("broken", 0, new Plan(tasks.subList(1, 2), List.of(), 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reads what no task before it");

        assertThat(board.experiments()).isEmpty();
        assertThat(board.tasks()).isEmpty();
    }

    @Test
    void retry_ofOne_leavesAnotherThatHasEndedAsItEnded() {
        Plan plan = plan(1, 2);
        add("one", 0, plan);
        add("two", 0, plan);
        Task failed = board.queue().first(TaskKind.TASK_KIND_TRAIN).orElseThrow();
        board.fail(failed, FAILURE);

        List<Task> again = new ExperimentRetry(board).run("two", Set.of(failed.key()), Map.of());

        assertThat(again).containsExactly(failed);
        assertThat(board.experiments().get("two").state()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(board.experiments().get("one").state()).isEqualTo(ExperimentState.EXPERIMENT_STATE_FAILED);
        assertThat(BoardOracle.compare(board)).isEmpty();
    }

    @Test
    void forget_endedExperiment_leavesWhatOthersContain() {
        Plan shared = plan(1, 2);
        add(
                "one",
                0,
                new Plan(
                        Stream.concat(shared.tasks().stream(), plan(2, 3).tasks().stream())
                                .toList(),
                        List.of(),
                        5));
        add("two", 0, shared);
        assertThat(board.forget("one")).isFalse();
        board.cancel("one");

        assertThat(board.forget("one")).isTrue();

        assertThat(board.experiments()).containsOnlyKeys("two");
        assertThat(board.tasks()).extracting(Task::key).containsExactlyInAnyOrderElementsOf(keys(shared));
        assertThat(board.counts().total()).isEqualTo(2);
        assertThat(BoardOracle.compare(board)).isEmpty();
        add("one", 0, plan(2, 3));
        assertThat(board.experiments().get("one").counts.open()).isEqualTo(3);
    }

    @Test
    void forget_tasksThatReadWhatStays_areForgottenByIt() {
        add("short", 0, plan(1, 1));
        add("long", 0, plan(1, 3));
        board.cancel("long");

        board.forget("long");

        Task stays = board.queue().first(TaskKind.TASK_KIND_TRAIN).orElseThrow();
        assertThat(stays.dependants).isEmpty();
        board.done(stays, Manifest.getDefaultInstance());
        assertThat(board.experiments().get("short").state()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    private static List<ArtifactKey> keys(Plan plan) {
        return plan.tasks().stream().map(PlanTask::key).toList();
    }

    private void add(String id, int priority, Plan plan) {
        Experiment experiment =
                Experiment.newBuilder().setName(id).setPriority(priority).build();
        board.add(
                new StoredExperiment(id, experiment, experiment, clock.instant(), false), Optional.of(plan), Map.of());
    }

    /** Chains of tasks, one kind after the other; chains of the same number are the same tasks. */
    private static Plan plan(int chain, int length) {
        List<PlanTask> tasks = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            TaskSpec spec = TaskSpec.newBuilder()
                    .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                    .setTrain(TrainSpec.newBuilder().setSeed(100L * chain + i))
                    .build();
            List<ArtifactKey> inputs =
                    i == 0 ? List.of() : List.of(tasks.get(i - 1).key());
            tasks.add(new PlanTask(ArtifactKey.of(spec), KINDS.get(i % 3), spec, "task " + chain + "." + i, inputs, 1));
        }
        return new Plan(tasks, List.of(), length);
    }

    /** A board on which anything happens at any time. */
    private static final class Life {
        private final Random random;
        private final ManualLoop clock = new ManualLoop();
        private final TaskBoard board = new TaskBoard(clock, 3);
        private final WorkerSlot worker = new FakeWorker("worker:1", WorkerKind.WORKER_KIND_TRAINER).slot();
        private final List<Task> running = new ArrayList<>();

        Life(Random random) {
            this.random = random;
        }

        void run(long seed) {
            for (int i = 0; i < 400; i++) {
                step(i);
                assertThat(BoardOracle.compare(board))
                        .as("seed %d, step %d", seed, i)
                        .isEmpty();
            }
        }

        private void step(int i) {
            switch (random.nextInt(8)) {
                case 0 -> add("e" + i);
                case 1, 2, 3 -> give(KINDS.get(random.nextInt(3)));
                case 4, 5 -> end();
                case 6 -> clock.pass(Duration.ofSeconds(random.nextInt(40)));
                default -> any(random.nextInt(7));
            }
            board.queue().wake();
        }

        private void add(String id) {
            Experiment experiment = Experiment.newBuilder()
                    .setName(id)
                    .setPriority(random.nextInt(3) - 1)
                    .build();
            Map<ArtifactKey, PlanTask> tasks = new LinkedHashMap<>();
            for (int chains = 1 + random.nextInt(4); chains > 0; chains--) {
                plan(random.nextInt(25), 1 + random.nextInt(4)).tasks().forEach(task -> tasks.put(task.key(), task));
            }
            board.add(
                    new StoredExperiment(id, experiment, experiment, clock.instant(), random.nextInt(10) == 0),
                    Optional.of(new Plan(List.copyOf(tasks.values()), List.of(), 1)),
                    Map.of());
        }

        private void give(TaskKind kind) {
            board.queue().first(kind).ifPresent(task -> {
                board.queue().served(kind, board.nextStep());
                board.occupy(task, new Attempt(task, worker, clock.instant()));
                running.add(task);
                if (random.nextBoolean()) {
                    board.move(task, TaskState.TASK_STATE_RUNNING, "");
                }
            });
        }

        private void end() {
            if (running.isEmpty()) {
                return;
            }
            Task task = running.remove(random.nextInt(running.size()));
            board.free(task);
            switch (random.nextInt(4)) {
                case 0, 1 -> board.done(task, manifest());
                case 2 -> board.fail(task, FAILURE);
                default -> {
                    task.notBefore = clock.instant().plusSeconds(random.nextInt(30));
                    if (random.nextInt(3) == 0) {
                        task.lastWorker = worker;
                        task.askLastWorkerAfter = board.nextStep();
                    }
                    task.losses.lost(random.nextInt(6), "worker:1");
                    if (task.state == TaskState.TASK_STATE_RUNNING) {
                        board.move(task, TaskState.TASK_STATE_READY, "again");
                    } else {
                        board.touch(task);
                    }
                }
            }
        }

        private void any(int what) {
            if (board.experiments().isEmpty()) {
                return;
            }
            List<String> ids = List.copyOf(board.experiments().keySet());
            String id = ids.get(random.nextInt(ids.size()));
            switch (what) {
                case 0 ->
                    board.cancel(id).forEach(task -> {
                        if (running.remove(task)) {
                            board.free(task);
                        }
                    });
                case 1 -> worker.answeredFrom = board.nextStep();
                case 2, 3 ->
                    board.set(
                            board.experiments().get(id),
                            Settings.NONE
                                    .withPriority(OptionalInt.of(random.nextInt(3) - 1))
                                    .paused(random.nextBoolean()));
                default -> {
                    Map<ArtifactKey, TaskHistory> histories = new HashMap<>();
                    board.experiments()
                            .get(id)
                            .tasks()
                            .forEach(task -> histories.put(
                                    task.key(),
                                    task.state == TaskState.TASK_STATE_DONE && random.nextInt(5) > 0
                                            ? TaskHistory.done(manifest())
                                            : TaskHistory.NONE));
                    new ExperimentRetry(board).run(id, board.failed(id).keySet(), histories);
                }
            }
        }

        private Manifest manifest() {
            Producer.Builder producer = Producer.newBuilder();
            producer.getFinishedBuilder().setSeconds(random.nextInt(1000));
            return random.nextInt(4) == 0
                    ? Manifest.getDefaultInstance()
                    : Manifest.newBuilder().setProducer(producer).build();
        }
    }
}
