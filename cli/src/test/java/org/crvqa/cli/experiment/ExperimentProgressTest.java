package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
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
