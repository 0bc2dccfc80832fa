package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.crvqa.task.v1.TaskProgress;
import org.junit.jupiter.api.Test;

class ProgressMeterTest {
    private final RecordingObserver observer = new RecordingObserver(() -> {});
    private long now = 5_000_000_000L;
    private final ProgressMeter meter = new ProgressMeter(observer, () -> now);

    @Test
    void stepDone_steadySpeed_tellsSpeedAndTimeLeft() {
        meter.begin("train", 0, 40);
        for (int step = 1; step <= 10; step++) {
            now += 500_000_000L;
            meter.stepDone(step, 64, step);
        }
        TaskProgress last = observer.reports.get(observer.reports.size() - 1);
        assertThat(last.getStep()).isEqualTo(10);
        assertThat(last.getExamplesPerSecond()).isEqualTo(128);
        assertThat(last.getTimeLeft().getSeconds()).isEqualTo(15);
        assertThat(last.getLoss()).isEqualTo(10);
    }

    @Test
    void begin_beforeAnyStep_isReportedAtOnce() {
        ProgressMeter.phase(observer, "load weights");
        meter.begin("train", 0, 40);
        assertThat(observer.reports).extracting(TaskProgress::getPhase).containsExactly("load weights", "train");
        assertThat(observer.reports.get(1).getTotalSteps()).isEqualTo(40);
        assertThat(observer.reports.get(1).hasStepTime()).isFalse();
    }

    @Test
    void stepDone_stepsOfManySeconds_tellsHowLongOneTakes() {
        meter.begin("evaluate test", 0, 100);
        now += 20_000_000_000L;
        meter.stepDone(10, 10);
        now += 30_000_000_000L;
        meter.stepDone(20, 10);
        TaskProgress last = observer.reports.get(observer.reports.size() - 1);
        assertThat(last.getStepTime().getSeconds()).isEqualTo(25);
        assertThat(last.getExamplesPerSecond()).isEqualTo(0.4);
    }

    @Test
    void stepDone_manyQuickSteps_areReportedTogetherWithTheirMeanLoss() {
        meter.begin("train", 0, 1000);
        for (int step = 1; step <= 4; step++) {
            now += 50_000_000L;
            meter.stepDone(step, 1, step);
        }
        assertThat(observer.reports).hasSize(2);
        assertThat(observer.reports.get(1).getLoss()).isEqualTo(2.5);
        assertThat(observer.reports.get(1).getStep()).isEqualTo(4);
    }

    @Test
    void stepDone_lastStep_isAlwaysReported() {
        meter.begin("evaluate test", 0, 2);
        meter.stepDone(1, 1);
        meter.stepDone(2, 1);
        assertThat(observer.reports).extracting(TaskProgress::getStep).containsExactly(0L, 2L);
        assertThat(observer.reports.get(1).hasLoss()).isFalse();
    }

    @Test
    void begin_resumedPhase_doesNotCountEarlierSteps() {
        meter.score(0.25);
        meter.begin("train", 100, 200);
        now += 10_000_000_000L;
        meter.stepDone(110, 10);
        TaskProgress last = observer.reports.get(observer.reports.size() - 1);
        assertThat(last.getTimeLeft().getSeconds()).isEqualTo(90);
        assertThat(last.getScore()).isEqualTo(0.25);
    }
}
