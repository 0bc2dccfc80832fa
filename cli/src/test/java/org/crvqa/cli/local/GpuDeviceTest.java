package org.crvqa.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuDeviceTest {
    private static final GpuDevice FIRST = new GpuDevice(0, "GPU-5f01", "NVIDIA H100 80GB HBM3", 81559);
    private static final GpuDevice SECOND = new GpuDevice(1, "GPU-5fc2", "NVIDIA H100 80GB HBM3", 81559);
    private static final List<GpuDevice> ALL = List.of(FIRST, SECOND);

    @Test
    void parse_aLineOfTheDriver_isWhatLineWrites() {
        assertThat(GpuDevice.parse("0, GPU-5f01, NVIDIA H100 80GB HBM3, 81559")).hasValue(FIRST);
        assertThat(GpuDevice.parse(FIRST.line())).hasValue(FIRST);
        assertThat(FIRST.words()).isEqualTo("GPU 0 (NVIDIA H100 80GB HBM3, 80 GiB)");
    }

    @Test
    void parse_memoryNotTold_isAGpuAllTheSame() {
        assertThat(GpuDevice.parse("0, GPU-5f01, NVIDIA GB10, [N/A]").map(GpuDevice::words))
                .hasValue("GPU 0 (NVIDIA GB10)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "No devices were found", "0, x, NVIDIA, 1", "zero, GPU-1, NVIDIA, 1"})
    void parse_anyOtherLine_isNoGpu(String line) {
        assertThat(GpuDevice.parse(line)).isEmpty();
    }

    @Test
    void named_indicesAndUuids_inTheirOrderEachOnce() {
        assertThat(GpuChoice.named("1, 0,GPU-5fc", "--gpus", ALL)).containsExactly(SECOND, FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "", "0,,1", "GPU-5f", "MIG-1"})
    void named_noGpuOrSeveral_saysWhichThereAre(String names) {
        assertThatThrownBy(() -> GpuChoice.named(names, "--gpus", ALL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--gpus names")
                .hasMessageContaining("GPU 1 (NVIDIA H100 80GB HBM3, 80 GiB)");
    }
}
