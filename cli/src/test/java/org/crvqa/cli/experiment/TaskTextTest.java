package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import java.time.Duration;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.Test;

class TaskTextTest {
    private static final Duration NOW = Duration.ZERO;

    @Test
    void progress_quickSteps_saysExamplesASecond() {
        assertThat(text(training(512)
                        .setLoss(3.214)
                        .setExamplesPerSecond(1200)
                        .setStepTime(Durations.fromMillis(53))
                        .setTimeLeft(Durations.fromSeconds(41))))
                .isEqualTo("train 512/1000  loss 3.214  1200/s  0:41 left");
    }

    @Test
    void progress_stepsOfManySeconds_areNotZeroASecond() {
        assertThat(text(training(3).setExamplesPerSecond(0.32).setStepTime(Durations.fromSeconds(100))))
                .isEqualTo("train 3/1000  0.3/s  1 min 40 s/step");
    }

    @Test
    void progress_firstStepStillRuns_saysForHowLong() {
        assertThat(text(training(0).setRunningFor(Durations.fromSeconds(25))))
                .isEqualTo("train 0/1000, next step running for 25 s");
    }

    @Test
    void progress_stepRunsOnAndOn_timeLeftGoesOnToNothing() {
        TaskProgress.Builder running =
                training(998).setTimeLeft(Durations.fromSeconds(52)).setRunningFor(Durations.fromSeconds(16));
        assertThat(text(running)).isEqualTo("train 998/1000, next step running for 16 s  0:36 left");
        assertThat(text(running.setRunningFor(Durations.fromSeconds(90))))
                .endsWith("running for 1 min 30 s  0:00 left");
    }

    @Test
    void progress_phaseWithoutSteps_saysForHowLong() {
        TaskProgress.Builder loading = TaskProgress.newBuilder().setPhase("load weights");
        assertThat(text(loading)).isEqualTo("load weights");
        assertThat(text(loading.setRunningFor(Durations.fromSeconds(65)))).isEqualTo("load weights for 1 min 5 s");
    }

    @Test
    void progress_allStepsDone_speaksOfNoNextStep() {
        assertThat(text(training(1000).setPhase("store the result").setRunningFor(Durations.fromSeconds(9))))
                .isEqualTo("store the result 1000/1000 for 9 s");
    }

    @Test
    void progress_noWordYet_saysHowLongItHasBeenStarting() {
        TaskStatus silent = TaskStatus.getDefaultInstance();
        assertThat(TaskText.progress(silent, NOW)).isEqualTo("starting");
        assertThat(TaskText.progress(silent, Duration.ofSeconds(12))).isEqualTo("starting for 12 s");
    }

    private static String text(TaskProgress.Builder progress) {
        return TaskText.progress(TaskStatus.newBuilder().setProgress(progress).build(), NOW);
    }

    private static TaskProgress.Builder training(long step) {
        return TaskProgress.newBuilder().setPhase("train").setStep(step).setTotalSteps(1000);
    }
}
