package org.crvqa.vqa.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeSpaceTest {
    @Test
    void ofFeatures_isWhatBase64Decodes() {
        assertThat(FreeSpace.ofFeatures(4_000, TensorType.F32)).isEqualTo(3_000);
        assertThat(FreeSpace.ofFeatures(4_000, TensorType.F16)).isEqualTo(1_500);
    }

    @Test
    void require_tooLittle_saysHowMuch(@TempDir Path folder) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> FreeSpace.require(folder, 20_000L << 20, 700 << 20))
                .withMessage("The region features will take about 20,000 MiB, but only 700 MiB are free in " + folder);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> FreeSpace.require(folder, Long.MAX_VALUE));
        assertThatCode(() -> FreeSpace.require(folder, 1)).doesNotThrowAnyException();
    }
}
