package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import java.time.Instant;
import java.util.List;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.Test;

class ExperimentProgressTest {
    private final CapturedConsole captured = new CapturedConsole();
    private Instant now = Instant.EPOCH;

    @Test
    void changed_taskWithoutAWordForLong_saysSinceWhenThisAttemptRuns() {
        try (ExperimentProgress progress = new ExperimentProgress(captured.console(), () -> now)) {
            progress.changed(running(1));
            now = now.plusSeconds(40);
            progress.changed(running(1));
            now = now.plusSeconds(20);
            progress.changed(running(2));
            now = now.plusSeconds(16);
            progress.changed(running(2));
        }
        assertThat(captured.err())
                .contains("bce seed 0: starting for 40 s")
                .contains("bce seed 0: starting for 16 s")
                .doesNotContain("1 min");
    }

    @Test
    void changed_taskTriedAgain_pipedPercentagesNeverFallAndEndAt100() {
        try (ExperimentProgress progress = new ExperimentProgress(captured.console(), () -> now)) {
            for (int step : new int[] {10, 90, 5, 60}) {
                progress.changed(training(step));
                now = now.plusSeconds(20);
            }
            progress.changed(ExperimentSnapshot.of(ExperimentStatus.newBuilder()
                    .setState(ExperimentState.EXPERIMENT_STATE_SUCCEEDED)
                    .setTasksTotal(2)
                    .setTasksDone(2)
                    .build()));
        }
        List<Integer> percents = captured.err()
                .lines()
                .filter(line -> line.matches("\\d+ %, .*"))
                .map(line -> Integer.parseInt(line.substring(0, line.indexOf(' '))))
                .toList();
        assertThat(percents).hasSize(5).isSorted().endsWith(100);
        assertThat(percents.get(1)).isEqualTo(percents.get(2)).isLessThan(100);
    }

    @Test
    void changed_narrowTerminal_timeLeftOfTheWholeStays() {
        try (ExperimentProgress progress = new ExperimentProgress(captured.console(true, 60), () -> now)) {
            progress.changed(ExperimentSnapshot.of(ExperimentStatus.newBuilder()
                    .setState(ExperimentState.EXPERIMENT_STATE_RUNNING)
                    .setTasksTotal(50)
                    .setTasksDone(12)
                    .setTimeLeft(Duration.newBuilder().setSeconds(7800))
                    .build()));
        }
        assertThat(captured.err()).contains(" 24 %  12/50 tasks, running, about 2 h 10 min left\n");
    }

    private static ExperimentSnapshot training(int step) {
        return ExperimentSnapshot.of(ExperimentStatus.newBuilder()
                .setState(ExperimentState.EXPERIMENT_STATE_RUNNING)
                .setTasksTotal(2)
                .addTasks(TaskStatus.newBuilder()
                        .setKey("k")
                        .setLabel("bce seed 0")
                        .setState(TaskState.TASK_STATE_RUNNING)
                        .setProgress(TaskProgress.newBuilder()
                                .setPhase("train")
                                .setStep(step)
                                .setTotalSteps(100)))
                .build());
    }

    private static ExperimentSnapshot running(int attempt) {
        return ExperimentSnapshot.of(ExperimentStatus.newBuilder()
                .setState(ExperimentState.EXPERIMENT_STATE_RUNNING)
                .setTasksTotal(1)
                .addTasks(TaskStatus.newBuilder()
                        .setKey("k")
                        .setLabel("bce seed 0")
                        .setState(TaskState.TASK_STATE_RUNNING)
                        .setAttempt(attempt))
                .build());
    }
}
