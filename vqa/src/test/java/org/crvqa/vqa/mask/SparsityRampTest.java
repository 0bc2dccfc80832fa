package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.vqa.golden.Golden;
import org.junit.jupiter.api.Test;

class SparsityRampTest {
    @Test
    void at_everySchedule_followsTheClosedForm() {
        for (JsonNode golden : Golden.masks().get("schedules")) {
            JsonNode schedule = golden.get("schedule");
            SparsityRamp ramp = SparsityRamp.of(SparsitySchedule.newBuilder()
                    .setKind(SparsityScheduleKind.valueOf("SPARSITY_SCHEDULE_KIND_"
                            + schedule.get(0).textValue().toUpperCase(Locale.ROOT)))
                    .setInitialSparsity(schedule.get(1).doubleValue())
                    .setStartStep(schedule.get(2).intValue())
                    .setEndStep(schedule.get(3).intValue())
                    .setStages(schedule.get(4).intValue())
                    .build());
            for (int step = 0; step < golden.get("at").size(); step++) {
                assertThat(ramp.at(golden.get("rate").doubleValue(), step))
                        .as("%s at %d", schedule, step)
                        .isCloseTo(golden.get("at").get(step).doubleValue(), within(1e-12));
            }
            assertThat(ramp.at(0.7, ramp.reachedAt())).isEqualTo(0.7);
        }
    }

    @Test
    void at_constantOrUnset_isTheRateFromTheStart() {
        assertThat(SparsityRamp.of(SparsitySchedule.getDefaultInstance()).at(0.7, 0))
                .isEqualTo(0.7);
        assertThat(SparsityRamp.CONSTANT.reachedAt()).isZero();
    }

    @Test
    void at_stepwise_jumpsStagesTimes() {
        SparsityRamp ramp = new SparsityRamp(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE, 0, 100, 200, 4);
        assertThat(ramp.at(0.8, 124)).isZero();
        assertThat(ramp.at(0.8, 125)).isCloseTo(0.2, within(1e-15));
        assertThat(ramp.at(0.8, 199)).isCloseTo(0.6, within(1e-15));
        assertThat(ramp.at(0.8, 200)).isEqualTo(0.8);
    }
}
