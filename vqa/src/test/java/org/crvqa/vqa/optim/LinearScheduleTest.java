package org.crvqa.vqa.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LinearScheduleTest {
    @Test
    void at_withWarmup_risesToPeakThenFallsToZero() {
        LinearSchedule schedule = new LinearSchedule(2, 4, 12);
        assertThat(schedule.at(0)).isEqualTo(0.5);
        assertThat(schedule.at(3)).isEqualTo(2);
        assertThat(schedule.at(4)).isEqualTo(2);
        assertThat(schedule.at(5)).isCloseTo(2 * 7 / 8.0, within(1e-15));
        assertThat(schedule.at(11)).isCloseTo(2 / 8.0, within(1e-15));
        assertThat(schedule.at(12)).isZero();
    }

    @Test
    void at_withoutWarmup_startsAtPeak() {
        LinearSchedule schedule = new LinearSchedule(1, 0, 4);
        assertThat(schedule.at(0)).isEqualTo(1);
        assertThat(schedule.at(1)).isEqualTo(0.75);
    }

    @Test
    void at_oneStep_hasPeak() {
        assertThat(new LinearSchedule(3, 0, 1).at(0)).isEqualTo(3);
        assertThat(new LinearSchedule(3, 1, 1).at(0)).isEqualTo(3);
    }
}
