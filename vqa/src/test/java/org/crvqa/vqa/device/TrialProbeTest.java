package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.crvqa.vqa.tensor.Libtorch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrialProbeTest {
    private static final TrialProbe.Trial WORKS = (left, right) -> new float[] {19, 22, 43, 50};

    private Machine machine;

    @BeforeEach
    void emptyMachine(@TempDir Path root) {
        machine = new Machine(root);
    }

    @Test
    void probe_trialWorks_isUsable() {
        assertThat(probe(machine.withDriver().withCudaLibtorch(), true, WORKS)).isEmpty();
    }

    @Test
    void probe_driverCannotBeSeenButTrialWorks_isUsable() {
        assertThat(probe(machine.withCudaLibtorch(), true, WORKS)).isEmpty();
    }

    @Test
    void probe_wrongProduct_isUnusableWithTheNumbers() {
        assertUnusable(
                probe(machine.withDriver().withCudaLibtorch(), true, (l, r) -> new float[4]),
                "[0.0, 0.0, 0.0, 0.0], expected [19.0,",
                "Xid");
    }

    @Test
    void probe_noDriver_saysSo() {
        assertUnusable(
                probe(machine.withCudaLibtorch(), true, throwing("CUDA driver initialization failed")),
                "no NVIDIA driver on this machine",
                "CRVQA_DEVICE=cpu");
    }

    @Test
    void probe_containerWithoutItsGpu_saysSo() throws Exception {
        machine.withDriver().withCudaLibtorch();
        Files.delete(machine.root().resolve("dev/nvidiactl"));

        assertUnusable(
                probe(machine, true, throwing("no CUDA-capable device is detected")),
                "535.104.05 runs on this machine, but no GPU is given to this container",
                "nvidia.com/gpu: 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1"})
    void probe_everyGpuHidden_namesTheVariable(String visible) {
        machine.withDriver().withCudaLibtorch().variable("CUDA_VISIBLE_DEVICES", visible);

        assertUnusable(
                probe(machine, true, throwing("no CUDA-capable device is detected")),
                "CUDA_VISIBLE_DEVICES is \"" + visible + "\"",
                "unset it");
    }

    @Test
    void probe_cpuBuild_namesTheVariablesOfAnother() {
        assertUnusable(
                probe(machine.withDriver(), false, throwing("Could not run 'aten::empty_strided'")),
                "libtorch 2.7.1 in " + machine.root().resolve("libtorch") + " is a CPU build",
                "PYTORCH_LIBRARY_PATH");
    }

    @Test
    void probe_libraryPathWithoutLibtorch_isToldWithoutLoading() {
        machine.withDriver().variable("PYTORCH_LIBRARY_PATH", "/nowhere");

        assertUnusable(
                new TrialProbe(machine.surroundings(), neverLoaded(), WORKS, machine.diagnosis()).probe(),
                "PYTORCH_LIBRARY_PATH is /nowhere, where there is no libtorch.so",
                "PYTORCH_FLAVOR=cu128 and PYTORCH_VERSION=2.7.1");
    }

    @ParameterizedTest
    @CsvSource({
        "PYTORCH_FLAVOR, '', PYTORCH_FLAVOR is not set, Set PYTORCH_FLAVOR=cu128.",
        "PYTORCH_FLAVOR, cu118, PYTORCH_FLAVOR is \"cu118\", Set PYTORCH_FLAVOR=cu128.",
        "PYTORCH_VERSION, '', PYTORCH_VERSION is not set, Set PYTORCH_VERSION=2.7.1.",
        "PYTORCH_VERSION, 2.8.0, PYTORCH_VERSION is \"2.8.0\", Set PYTORCH_VERSION=2.7.1."
    })
    void probe_settingThatDoesNotFit_isToldWithoutLoading(String name, String value, String reason, String remedy) {
        machine.withDriver().withCudaLibtorch().variable(name, value);

        assertUnusable(
                new TrialProbe(machine.surroundings(), neverLoaded(), WORKS, machine.diagnosis()).probe(),
                reason,
                remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "libcudart.so.12: cannot open shared object file: No such file or directory, libcudart.so.12, LD_LIBRARY_PATH",
        "libcudnn.so.9: cannot open shared object file: No such file or directory, libcudnn.so.9, LD_LIBRARY_PATH",
        "Resource not found in classpath: jnilib/linux-x86_64/cpu-precxx11/libdjl_torch.so, no native part, PYTORCH_FLAVOR=cu128",
        "libc10_cuda.so: cannot open shared object file: No such file or directory, names a CPU build, PYTORCH_FLAVOR=cu128",
        "undefined symbol: _ZN5torch3jit, another one than 2.7.1, PYTORCH_VERSION=2.7.1",
        "CUDA error: no kernel image is available for execution, no code for this GPU model, CRVQA_DEVICE=cpu",
        "CUDA driver version is insufficient for CUDA runtime version, driver is too old, 570 or newer",
        "CUDA out of memory. Tried to allocate 2 MiB, another process holds it, nvidia-smi",
        "CUDA error: no CUDA-capable device is detected, sees no GPU, CUDA_VISIBLE_DEVICES",
        "CUDA error: unknown error, CUDA error: unknown error, nvidia-smi"
    })
    void probe_failureOfALibrary_isExplained(String message, String reason, String remedy) {
        machine.withDriver().withCudaLibtorch();

        assertUnusable(probe(machine, true, throwing(message)), reason, remedy);
        Supplier<Libtorch> cannotLoad = () -> {
            throw new IllegalStateException("Failed to load PyTorch native library", new UnsatisfiedLinkError(message));
        };
        assertUnusable(
                new TrialProbe(machine.surroundings(), cannotLoad, WORKS, machine.diagnosis()).probe(), reason, remedy);
    }

    @Test
    void probe_nativeStackTrace_isLeftOut() {
        machine.withDriver().withCudaLibtorch();

        Unusable unusable = probe(machine, true, throwing("CUDA error: odd\nException raised from c10_cuda.cpp:43"))
                .orElseThrow();
        assertThat(unusable.reason()).endsWith("CUDA error: odd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "NVIDIA_TF32_OVERRIDE"})
    void probe_switchThatChangesNumbers_isRefusedAndNamed(String name) {
        machine.withDriver().withCudaLibtorch().variable(name, "1");

        assertUnusable(
                new TrialProbe(machine.surroundings(), neverLoaded(), WORKS, machine.diagnosis()).probe(),
                name + " is set (1)",
                "Unset " + name);
    }

    @Test
    void probe_streamsOfTheirOwn_areRefusedUnlessOff() {
        machine.withDriver().withCudaLibtorch().property("ai.djl.pytorch.enable_cuda_stream", "true");
        assertUnusable(probe(machine, true, WORKS), "ai.djl.pytorch.enable_cuda_stream is true", "without -D");

        machine.property("ai.djl.pytorch.enable_cuda_stream", "false");
        assertThat(probe(machine, true, WORKS)).isEmpty();
    }

    /** What the real engine, a CPU build, throws when it is asked for a GPU, on a machine that seems to have one. */
    @Test
    @DisabledIf("hasGpu")
    void probe_realEngine_isFoundToBeACpuBuild() {
        machine.withDriver();
        TrialProbe real = new TrialProbe(
                machine.surroundings(),
                Libtorch::load,
                (left, right) -> Libtorch.product("gpu:0", left, right, 2),
                machine.diagnosis());

        assertUnusable(real.probe(), "is a CPU build", "PYTORCH_LIBRARY_PATH");
    }

    static boolean hasGpu() {
        return Files.exists(Path.of("/dev/nvidiactl"));
    }

    private static Optional<Unusable> probe(Machine machine, boolean cuda, TrialProbe.Trial trial) {
        Libtorch libtorch = machine.libtorch(cuda);
        return new TrialProbe(machine.surroundings(), () -> libtorch, trial, machine.diagnosis()).probe();
    }

    private static TrialProbe.Trial throwing(String message) {
        return (left, right) -> {
            throw new IllegalStateException(message);
        };
    }

    private static Supplier<Libtorch> neverLoaded() {
        return () -> {
            throw new AssertionError("loading the wrong library ends the process or starts a download");
        };
    }

    private static void assertUnusable(Optional<Unusable> found, String reason, String remedy) {
        assertThat(found).hasValueSatisfying(unusable -> {
            assertThat(unusable.reason()).contains(reason);
            assertThat(unusable.remedy()).contains(remedy).endsWith(".");
        });
    }
}
