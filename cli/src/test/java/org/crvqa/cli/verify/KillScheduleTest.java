package org.crvqa.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KillScheduleTest {
    @Test
    void cadence_countsTheStartAsAState() {
        assertThat(KillSchedule.cadence(List.of())).isZero();
        assertThat(KillSchedule.cadence(List.of(30L, 40L, 50L))).isEqualTo(30);
        assertThat(KillSchedule.cadence(List.of(10L, 35L))).isEqualTo(25);
    }

    @Test
    void next_stepsAsNeeded_hasRoomForAllKillsWithAStateBetween() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int cadence = 1 + random.nextInt(100);
            int kills = 1 + random.nextInt(6);
            int steps = KillSchedule.stepsNeeded(kills, cadence) + random.nextInt(50);
            KillSchedule schedule = new KillSchedule(random, kills, steps, cadence);
            int before = 0;
            for (int made = 0; made < kills; made++) {
                int step = schedule.next(made, before).orElseThrow();
                assertThat(step)
                        .as("seed %d, kill %d", seed, made)
                        .isGreaterThan(before + cadence)
                        .isLessThan(steps);
                before = step;
            }
            assertThat(schedule.next(kills, before)).isEqualTo(OptionalInt.empty());
        }
    }

    @Test
    void next_tooFewSteps_isEmptyRatherThanTooEarly() {
        assertThat(new KillSchedule(new Random(0), 3, 40, 40).next(0, 0)).isEmpty();
    }

    @Test
    void next_sameSeed_isTheSameStep() {
        assertThat(new KillSchedule(new Random(7), 3, 900, 20).next(0, 0))
                .isEqualTo(new KillSchedule(new Random(7), 3, 900, 20).next(0, 0));
    }
}
