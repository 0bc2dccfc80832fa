package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import java.time.Duration;
import java.util.List;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunningTasksTest {
    private static final String LABEL = "stage 2 mask-training lmh 0.7 of lmh, lxmert-base, seed 3";

    @ParameterizedTest
    @ValueSource(ints = {59, 64, 72, 79, 90, 99})
    void lines_narrowTerminal_keepPercentStepsLossRateAndTimeLeft(int columns) {
        String line = lines(columns, busy()).get(0);

        assertThat(line).hasSizeLessThanOrEqualTo(columns);
        assertThat(line).contains("51 %", "5120/10000", "loss 3.214", "1200/s", "1:23:41 left");
        assertThat(line).contains("…").startsWith("  stage").doesNotContain(LABEL);
    }

    @Test
    void lines_wideTerminal_showAllWithABar() {
        assertThat(lines(200, busy()).get(0))
                .contains(LABEL, "[=========>          ]", "next step running for 7 s", "score 56.0 %", "2.5 s/step");
    }

    @Test
    void lines_tooNarrowForAnyLabel_beginWithThePercentage() {
        assertThat(lines(46, busy()).get(0).strip()).startsWith("51 %");
    }

    @Test
    void lines_severalTasks_standBelowEachOther() {
        List<String> lines =
                lines(79, busy(), busy().toBuilder().setLabel("bce").build());

        assertThat(lines.get(0).indexOf(" 51 %")).isEqualTo(lines.get(1).indexOf(" 51 %"));
    }

    @Test
    void lines_noTask_none() {
        assertThat(lines(79)).isEmpty();
    }

    private static List<String> lines(int columns, TaskStatus... tasks) {
        return new RunningTasks(List.of(tasks), task -> Duration.ZERO).lines(columns);
    }

    private static TaskStatus busy() {
        return TaskStatus.newBuilder()
                .setLabel(LABEL)
                .setProgress(TaskProgress.newBuilder()
                        .setPhase("train")
                        .setStep(5120)
                        .setTotalSteps(10_000)
                        .setLoss(3.214)
                        .setScore(0.56)
                        .setExamplesPerSecond(1200)
                        .setStepTime(Durations.fromMillis(2500))
                        .setRunningFor(Durations.fromSeconds(7))
                        .setTimeLeft(Durations.fromSeconds(5028)))
                .build();
    }
}
