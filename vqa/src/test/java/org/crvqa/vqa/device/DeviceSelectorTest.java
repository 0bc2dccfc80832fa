package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Optional;
import org.crvqa.artifact.v1.Hardware;
import org.crvqa.artifacts.InvalidInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceSelectorTest {
    private static final Unusable NO_DRIVER = new Unusable("there is no driver", "Install one.");

    private Machine machine;

    @BeforeEach
    void emptyMachine(@TempDir Path root) {
        machine = new Machine(root);
    }

    @Test
    void select_cpu_doesNotLookForAGpu() {
        DeviceSelector selector = selector(() -> {
            throw new AssertionError("nobody asked for a GPU");
        });

        assertThat(selector.select(DeviceChoice.CPU).device()).isEqualTo("cpu");
    }

    @Test
    void select_gpuThatIsUsable_isTaken() {
        assertThat(selector(Optional::empty).select(DeviceChoice.GPU).device()).isEqualTo("gpu:0");
        assertThat(selector(Optional::empty).select(DeviceChoice.AUTO).device()).isEqualTo("gpu:0");
    }

    @Test
    void select_gpuThatIsNot_isRefusedWithWhatMendsIt() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> selector(() -> Optional.of(NO_DRIVER)).select(DeviceChoice.GPU))
                .withMessage("The device gpu:0 cannot be used: there is no driver")
                .satisfies(e -> assertThat(e.advice()).isEqualTo("Install one."));
    }

    @Test
    void select_autoWithoutGpu_takesTheCpuAndSaysWhy() {
        DeviceSelection selection = selector(() -> Optional.of(NO_DRIVER)).select(DeviceChoice.AUTO);

        assertThat(selection.device()).isEqualTo("cpu");
        assertThat(selection.why()).contains("there is no driver");
        assertThat(selection.unusableGpu()).contains(NO_DRIVER);
    }

    @Test
    void describe_gpu_hasNameDriverMemoryAndBuild() {
        machine.withDriver().withCudaLibtorch().nvidiaSmi("NVIDIA H100 80GB HBM3, 570.86.15, 81559, GPU-aaaa1111");

        DeviceInfo info = selector(Optional::empty).describe("gpu:0", machine.libtorch(true));

        assertThat(info.libtorchVersion()).isEqualTo("2.7.1");
        assertThat(info.hardware())
                .isEqualTo(Hardware.newBuilder()
                        .setName("NVIDIA H100 80GB HBM3")
                        .setDriverVersion("570.86.15")
                        .setMemoryBytes(81559L << 20)
                        .setCudaFlavor("cu128")
                        .build());
    }

    @Test
    void describe_cpu_hasTheProcessorAlone() {
        machine.withDriver().file("proc/cpuinfo", "model name : Xeon\n");

        DeviceInfo info = selector(Optional::empty).describe("cpu", machine.libtorch(false));

        assertThat(info.hardware())
                .isEqualTo(Hardware.newBuilder().setName("Xeon").build());
        assertThat(info.isGpu()).isFalse();
    }

    @Test
    void explain_engineThatCannotBeLoaded_namesTheVariables() {
        IllegalStateException failure = new IllegalStateException(
                "Failed to load PyTorch native library",
                new AssertionError(
                        "Resource not found in classpath: jnilib/linux-x86_64/cpu-precxx11/libdjl_torch.so"));

        InvalidInputException told = selector(Optional::empty)
                .explain(new DeviceSelection("cpu", "it was asked for", Optional.empty()), failure);

        assertThat(told)
                .hasMessageContaining("does not start on cpu: the engine has no native part")
                .hasMessageContaining("cpu-precxx11");
        assertThat(told.advice()).contains("PYTORCH_FLAVOR");
    }

    private DeviceSelector selector(GpuProbe probe) {
        return new DeviceSelector(machine.surroundings(), machine.gpus(), probe);
    }
}
