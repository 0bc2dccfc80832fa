package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
    @ParameterizedTest
    @CsvSource({"cpu, CPU", "gpu:0, GPU", "auto, AUTO", "' auto ', AUTO"})
    void parse_whatIsDocumented_isTaken(String text, DeviceChoice expected) {
        assertThat(DeviceChoice.parse(text)).isEqualTo(expected);
    }

    @Test
    void parse_anotherGpu_saysHowToUseIt() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DeviceChoice.parse("gpu:3"))
                .withMessageContaining("gpu:3")
                .satisfies(e -> assertThat(e.advice()).contains("CUDA_VISIBLE_DEVICES=3", "CRVQA_DEVICE=gpu:0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cuda", "gpu", "gpu:", "gpu:-1", "GPU:0"})
    void parse_anythingElse_saysWhatIsExpected(String text) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DeviceChoice.parse(text))
                .withMessage("CRVQA_DEVICE is \"" + text + "\", expected cpu, gpu:0 or auto");
    }
}
