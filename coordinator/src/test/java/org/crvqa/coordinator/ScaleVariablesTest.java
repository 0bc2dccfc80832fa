package org.crvqa.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.scale.PoolName;
import org.crvqa.coordinator.scale.PoolName.Controller;
import org.crvqa.coordinator.scale.PoolSettings;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleVariablesTest {
    private static final Map<String, String> LEAST = Map.of(
            "CRVQA_SCALE", "on",
            "CRVQA_SCALE_TRAINER_MAX", "8",
            "CRVQA_SCALE_PRUNER_MAX", "4",
            "CRVQA_SCALE_EVALUATOR_MAX", "2");

    @Test
    void from_nothingOrOff_isEmpty() {
        assertThat(ScaleVariables.from(Map.of())).isEmpty();
        assertThat(ScaleVariables.from(Map.of("CRVQA_SCALE", "off"))).isEmpty();
    }

    @Test
    void from_leastThatIsNeeded_hasTheDefaults() {
        ScaleSettings settings = ScaleVariables.from(LEAST).orElseThrow();
        assertThat(settings.budget()).isEqualTo(ScaleSettings.NO_BUDGET);
        assertThat(settings.up()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.down()).isEqualTo(Duration.ofSeconds(300));
        assertThat(settings.handOver()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.patience()).isEqualTo(Duration.ofSeconds(600));
        assertThat(settings.pools())
                .containsEntry(
                        WorkerKind.WORKER_KIND_TRAINER,
                        new PoolSettings(new PoolName(Controller.DEPLOYMENT, "trainer"), 0, 8, 1, false))
                .hasSize(3);
    }

    @Test
    void from_everything_isTaken() {
        Map<String, String> all = new HashMap<>(LEAST);
        all.remove("CRVQA_SCALE_PRUNER_MAX");
        all.put("CRVQA_SCALE_BUDGET_DEVICES", "16");
        all.put("CRVQA_SCALE_LEAVE_ALONE", "pruner, ");
        all.put("CRVQA_SCALE_TRAINER_POOL", "statefulset/big-trainer");
        all.put("CRVQA_SCALE_TRAINER_MIN", "2");
        all.put("CRVQA_SCALE_TRAINER_DEVICES", "4");
        ScaleSettings settings = ScaleVariables.from(all).orElseThrow();
        assertThat(settings.budget()).isEqualTo(16);
        assertThat(settings.pools().get(WorkerKind.WORKER_KIND_TRAINER))
                .isEqualTo(new PoolSettings(new PoolName(Controller.STATEFULSET, "big-trainer"), 2, 8, 4, false));
        assertThat(settings.pools().get(WorkerKind.WORKER_KIND_PRUNER).leftAlone())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CRVQA_SCALE | yes | CRVQA_SCALE is \"yes\", expected on or off",
                "CRVQA_SCALE_TRAINER_MAX | '' | CRVQA_SCALE_TRAINER_MAX is missing",
                "CRVQA_SCALE_TRAINER_MIN | 9 | CRVQA_SCALE_TRAINER_MAX is \"8\", expected at least CRVQA_SCALE_TRAINER_MIN, which is 9",
                "CRVQA_SCALE_TRAINER_MAX | -1 | CRVQA_SCALE_TRAINER_MAX is \"-1\"",
                "CRVQA_SCALE_PRUNER_POOL | job/pruner | CRVQA_SCALE_PRUNER_POOL is \"job/pruner\", expected deployment/NAME or statefulset/NAME",
                "CRVQA_SCALE_LEAVE_ALONE | driver | CRVQA_SCALE_LEAVE_ALONE is \"driver\", expected trainer, pruner, evaluator",
            })
    void from_wrongValue_isSaid(String name, String value, String message) {
        Map<String, String> wrong = new HashMap<>(LEAST);
        wrong.put(name, value);
        assertThatThrownBy(() -> ScaleVariables.from(wrong))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void from_leastNumbersNeedMoreThanTheBudget_isSaid() {
        Map<String, String> wrong = new HashMap<>(LEAST);
        wrong.put("CRVQA_SCALE_BUDGET_DEVICES", "3");
        wrong.put("CRVQA_SCALE_TRAINER_MIN", "2");
        wrong.put("CRVQA_SCALE_TRAINER_DEVICES", "2");
        assertThatThrownBy(() -> ScaleVariables.from(wrong))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "CRVQA_SCALE_BUDGET_DEVICES is 3, but the least numbers of the pools need 4 devices");
    }
}
