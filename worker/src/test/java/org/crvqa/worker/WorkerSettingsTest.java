package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerSettingsTest {
    @Test
    void fromEnvironment_empty_givesDefaults() {
        WorkerSettings settings = WorkerSettings.fromEnvironment(Map.of());

        assertThat(settings.device()).isEqualTo("cpu");
        assertThat(settings.threads()).isEqualTo(1);
        assertThat(settings.heartbeat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(25));
        assertThat(settings.stuckAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.parentPid()).isEmpty();
    }

    @Test
    void fromEnvironment_allSet_isTaken() {
        WorkerSettings settings = WorkerSettings.fromEnvironment(Map.of(
                "CRVQA_DEVICE", "auto",
                "CRVQA_THREADS", "4",
                "CRVQA_CACHE", "/cache",
                "CRVQA_HEARTBEAT_SECONDS", "2",
                "CRVQA_DRAIN_SECONDS", "0",
                "CRVQA_STUCK_SECONDS", "60",
                "CRVQA_PARENT_PID", "77"));

        assertThat(settings.device()).isEqualTo("auto");
        assertThat(settings.threads()).isEqualTo(4);
        assertThat(settings.cache()).hasToString("/cache");
        assertThat(settings.heartbeat()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.drain()).isZero();
        assertThat(settings.stuckAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.parentPid()).contains(77L);
    }

    @ParameterizedTest
    @CsvSource({"CRVQA_THREADS, 0", "CRVQA_THREADS, two", "CRVQA_HEARTBEAT_SECONDS, 0", "CRVQA_DRAIN_SECONDS, -1"})
    void fromEnvironment_malformed_namesVariableAndValue(String name, String value) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> WorkerSettings.fromEnvironment(Map.of(name, value)))
                .withMessageContaining(name)
                .withMessageContaining(value)
                .satisfies(e -> assertThat(e.advice()).contains(name));
    }
}
