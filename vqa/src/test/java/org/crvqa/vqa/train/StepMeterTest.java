package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepMeterTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong cpu = new AtomicLong();
    private final StepMeter meter = new StepMeter(now::get, cpu::get);

    @Test
    void waitShare_slowSource_isItsShareOfTheSteps() {
        // Not ahead: a step waits for as long as the source takes.
        Prefetch source = new Prefetch(step -> now.addAndGet(3 * SECOND), 100, false, now::get);
        source.await(0);
        meter.start(source.waitedNanos());
        for (int step = 1; step <= 4; step++) {
            source.await(step);
            now.addAndGet(SECOND);
            meter.lap(source.waitedNanos());
        }
        assertThat(meter.waitShare()).isEqualTo(0.75, within(1e-9));
        assertThat(meter.medianSeconds()).isEqualTo(4, within(1e-9));
    }

    @Test
    void waitShare_sourceThatTakesNoTime_isZero() {
        Prefetch source = new Prefetch(step -> {}, 100, false, now::get);
        meter.start(source.waitedNanos());
        source.await(0);
        now.addAndGet(SECOND);
        meter.lap(source.waitedNanos());
        assertThat(meter.waitShare()).isZero();
    }

    @Test
    void lap_betweenStarts_countsOnlySteps() {
        meter.start(0);
        step(1, 2);
        // A pause, in which much is waited for.
        now.addAndGet(100 * SECOND);
        cpu.addAndGet(100 * SECOND);
        meter.start(50 * SECOND);
        now.addAndGet(5 * SECOND);
        cpu.addAndGet(4 * SECOND);
        meter.lap(51 * SECOND);
        assertThat(meter.laps()).isEqualTo(2);
        assertThat(meter.medianSeconds()).isEqualTo(3, within(1e-9));
        assertThat(meter.cpuSeconds().orElseThrow()).isEqualTo(3, within(1e-9));
        assertThat(meter.waitShare()).isEqualTo(1 / 6.0, within(1e-9));
    }

    @Test
    void medianSeconds_oneSlowStep_ignoresIt() {
        meter.start(0);
        step(1, 1);
        step(40, 1);
        step(1, 1);
        assertThat(meter.medianSeconds()).isEqualTo(1, within(1e-9));
        assertThat(meter.meanSeconds()).isEqualTo(14, within(1e-9));
    }

    @Test
    void cpuSeconds_clockThatShowsNothing_isEmpty() {
        meter.start(0);
        step(1, 0);
        assertThat(meter.cpuSeconds()).isEmpty();
    }

    private void step(int seconds, int cpuSeconds) {
        now.addAndGet(seconds * SECOND);
        cpu.addAndGet(cpuSeconds * SECOND);
        meter.lap(0);
    }
}
