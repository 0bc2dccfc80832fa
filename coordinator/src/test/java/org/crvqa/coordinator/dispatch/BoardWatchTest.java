package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a defect in the middle of a turn could leave behind: nothing but the watch would ever pick it up. */
class BoardWatchTest {
    private static final Logger LOG = Logger.getLogger("org.crvqa.coordinator.dispatch");

    private final ManualLoop clock = new ManualLoop();
    private final TaskBoard board = new TaskBoard(clock, 10);
    private final BoardWatch watch = new BoardWatch(board, clock);
    private final WorkerSlot worker = new FakeWorker("trainer:1", WorkerKind.WORKER_KIND_TRAINER).slot();
    private Task task;

    @BeforeEach
    void add() {
        LOG.setLevel(Level.OFF);
        Experiment experiment = Samples.experiment();
        board.add(
                new StoredExperiment("one", experiment, experiment, clock.instant(), false),
                Optional.of(Samples.plan(experiment)),
                Map.of());
        task = first();
    }

    @AfterEach
    void restore() {
        LOG.setLevel(null);
    }

    @Test
    void look_nothingWrong_changesNothing() {
        long step = board.nextStep();

        lookAtAll();

        assertThat(board.nextStep()).isEqualTo(step + 1);
    }

    @Test
    void look_runningWhereNobodyListens_isGivenOutAgain() {
        board.occupy(task, new Attempt(task, worker, clock.instant()));
        worker.attempt = task.current;
        board.move(task, TaskState.TASK_STATE_RUNNING, "");
        board.free(task);
        worker.attempt = null;
        assertThat(first()).isNotEqualTo(task);

        lookAtAll();

        assertThat(task.state).isEqualTo(TaskState.TASK_STATE_READY);
        assertThat(first()).isEqualTo(task);
    }

    @Test
    void look_withAWorkerThatDoesNotKnow_isGivenOutAgain() {
        board.occupy(task, new Attempt(task, worker, clock.instant()));

        lookAtAll();

        assertThat(task.current).isNull();
        assertThat(first()).isEqualTo(task);
    }

    @Test
    void look_inputsEndedUnnoticed_goesOn() {
        List<Task> readers = task.dependants;
        task.dependants = List.of();
        board.done(task, Manifest.getDefaultInstance());
        Task reader = readers.get(0);
        assertThat(reader.state).isEqualTo(TaskState.TASK_STATE_PLANNED);

        lookAtAll();

        assertThat(reader.state).isEqualTo(TaskState.TASK_STATE_READY);
    }

    @Test
    void look_pauseOverUnnoticed_isGivenOutAgain() {
        task.notBefore = clock.instant().plusSeconds(30);
        board.touch(task);
        assertThat(first()).isNotEqualTo(task);
        // Without a call of wake.
        clock.pass(Duration.ofMinutes(5));

        lookAtAll();

        assertThat(first()).isEqualTo(task);
    }

    @Test
    void look_countsAreWrong_areCountedAnewAndTheExperimentEnds() {
        ExperimentEntry entry = board.experiments().get("one");
        entry.counts.add(task);
        board.tasks().stream()
                .filter(each -> !each.ended())
                .sorted((one, other) -> one.number - other.number)
                .forEach(each -> board.done(each, Manifest.getDefaultInstance()));
        assertThat(entry.state()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);

        lookAtAll();
        lookAtAll();

        assertThat(entry.state()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
    }

    private void lookAtAll() {
        for (int i = 0; i < 5; i++) {
            watch.look();
        }
    }

    private Task first() {
        return board.queue().first(TaskKind.TASK_KIND_TRAIN).orElseThrow();
    }
}
