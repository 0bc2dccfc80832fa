package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuListTest {
    private static final String H100 = "NVIDIA H100 80GB HBM3, 570.86.15, 81559, GPU-aaaa1111";
    private static final String A100 = "NVIDIA A100-SXM4-40GB, 570.86.15, 40960, GPU-bbbb2222";

    private Machine machine;

    @BeforeEach
    void emptyMachine(@TempDir Path root) {
        machine = new Machine(root);
    }

    @Test
    void first_oneGpu_isAsTheDriverSays() {
        assertThat(machine.nvidiaSmi(H100).gpus().first())
                .isEqualTo(new Gpu(
                        Optional.of("NVIDIA H100 80GB HBM3"),
                        Optional.of("570.86.15"),
                        Optional.of(81559L << 20),
                        Optional.of("GPU-aaaa1111")));
    }

    @Test
    void first_visibleByUuid_isThatOne() {
        Gpu gpu = machine.nvidiaSmi(H100, A100)
                .variable("CUDA_VISIBLE_DEVICES", "GPU-bbbb")
                .gpus()
                .first();

        assertThat(gpu.name()).contains("NVIDIA A100-SXM4-40GB");
    }

    @Test
    void first_severalOfDifferentModels_onlyWhatIsCertain() {
        Gpu gpu = machine.nvidiaSmi(H100, A100)
                .variable("CUDA_VISIBLE_DEVICES", "1")
                .gpus()
                .first();

        assertThat(gpu.name()).isEmpty();
        assertThat(gpu.memoryBytes()).isEmpty();
        assertThat(gpu.driverVersion()).contains("570.86.15");
    }

    @Test
    void first_severalOfOneModel_isThatModel() {
        Gpu gpu = machine.nvidiaSmi(H100, H100.replace("aaaa1111", "cccc3333"))
                .gpus()
                .first();

        assertThat(gpu.name()).contains("NVIDIA H100 80GB HBM3");
        assertThat(gpu.uuid()).isEmpty();
    }

    @Test
    void all_fieldsThatTheDriverDoesNotKnow_areAbsent() {
        assertThat(machine.nvidiaSmi("NVIDIA Thing, 570.86.15, [N/A], GPU-1", "No devices were found")
                        .gpus()
                        .all())
                .containsExactly(new Gpu(
                        Optional.of("NVIDIA Thing"), Optional.of("570.86.15"), Optional.empty(), Optional.of("GPU-1")));
    }

    @Test
    void all_withoutNvidiaSmi_isReadFromTheKernelModule() {
        machine.withDriver()
                .file(
                        "proc/driver/nvidia/gpus/0000:0f:00.0/information",
                        "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 42\nGPU UUID: \t GPU-aaaa1111\n");

        assertThat(machine.gpus().all())
                .containsExactly(new Gpu(
                        Optional.of("NVIDIA H100 80GB HBM3"),
                        Optional.of("535.104.05"),
                        Optional.empty(),
                        Optional.of("GPU-aaaa1111")));
    }

    @Test
    void driverVersion_openKernelModule_isReadToo() {
        machine.file(
                "proc/driver/nvidia/version",
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (dvs@buildbrain)\n");

        assertThat(machine.gpus().driverVersion()).contains("570.86.15");
    }

    @Test
    void first_noDriver_isUnknown() {
        assertThat(machine.gpus().all()).isEqualTo(List.of());
        assertThat(machine.gpus().first()).isEqualTo(Gpu.UNKNOWN);
        assertThat(machine.gpus().driverVersion()).isEmpty();
    }

    @Test
    void run_programThatDoesNotEndOrIsNotThere_isNothing() {
        CommandRunner commands = CommandRunner.ofSystem(1);

        assertThat(commands.run(List.of("sleep", "600"))).isEmpty();
        assertThat(commands.run(List.of("there-is-no-such-program"))).isEmpty();
        assertThat(commands.run(List.of("false"))).isEmpty();
        assertThat(commands.run(List.of("echo", "a, b"))).contains(List.of("a, b"));
    }
}
