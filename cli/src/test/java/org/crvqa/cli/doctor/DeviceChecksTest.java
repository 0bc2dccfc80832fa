package org.crvqa.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.device.CpuInfo;
import org.crvqa.vqa.device.DeviceInfo;
import org.crvqa.vqa.device.DeviceSelection;
import org.crvqa.vqa.device.Gpu;
import org.crvqa.vqa.device.SelfTest;
import org.crvqa.vqa.device.Unusable;
import org.junit.jupiter.api.Test;

class DeviceChecksTest {
    private static final CpuInfo XEON = new CpuInfo(Optional.of("Xeon"), List.of("avx512_bf16"));
    private static final CpuInfo OLD = new CpuInfo(Optional.of("Old"), List.of());
    private static final Gpu H100 =
            new Gpu(Optional.of("NVIDIA H100"), Optional.of("570.86.15"), Optional.of(80L << 30), Optional.of("GPU-1"));
    private static final DeviceInfo ON_GPU = new DeviceInfo(
            "gpu:0",
            Optional.of("NVIDIA H100"),
            Optional.of("570.86.15"),
            Optional.of(80L << 30),
            "2.7.1",
            "0.36.0",
            Optional.of("cu128"));
    private static final DeviceInfo ON_CPU = new DeviceInfo(
            "cpu", Optional.of("Xeon"), Optional.empty(), Optional.empty(), "2.7.1", "0.36.0", Optional.empty());
    private static final Supplier<SelfTest.Result> PASSES = () -> new SelfTest.Result("all as it should be");
    private static final Unusable CPU_BUILD = new Unusable("libtorch is a CPU build", "Set PYTORCH_FLAVOR=cu128.");

    @Test
    void run_gpuThatIsUsable_showsEverything() {
        Map<String, Check> checks = run(
                new DeviceChecks(
                        XEON,
                        List.of(H100),
                        Optional.of("570.86.15"),
                        device -> engine(
                                new DeviceSelection("gpu:0", "a trial succeeded", Optional.empty()), ON_GPU, PASSES)),
                "auto");

        assertThat(checks.values()).allMatch(check -> check.status() == Check.Status.OK);
        assertThat(found(checks, "processor")).isEqualTo("Xeon; computes in bfloat16 (avx512_bf16)");
        assertThat(found(checks, "gpu")).isEqualTo("NVIDIA H100, 80.0 GiB, driver 570.86.15");
        assertThat(found(checks, "device"))
                .contains("CRVQA_DEVICE=auto", "computes on gpu:0 (NVIDIA H100)", "a trial succeeded");
        assertThat(found(checks, "libtorch")).isEqualTo("2.7.1, CUDA build cu128, DJL 0.36.0");
        assertThat(found(checks, "self-test")).isEqualTo("all as it should be");
    }

    @Test
    void run_gpuThatAutoCannotUse_warnsWithWhatMendsIt() {
        Check device = run(onCpu(List.of(H100), Optional.of("570.86.15"), PASSES), "auto")
                .get("device");

        assertThat(device.status()).isEqualTo(Check.Status.WARNING);
        assertThat(device.found()).contains("computes on cpu (Xeon)", "libtorch is a CPU build");
        assertThat(device.advice()).isEqualTo("Set PYTORCH_FLAVOR=cu128.");
    }

    @Test
    void run_machineWithoutGpu_isWellOnTheCpu() {
        Map<String, Check> checks = run(onCpu(List.of(), Optional.empty(), PASSES), "auto");

        assertThat(checks.values()).allMatch(check -> check.status() == Check.Status.OK);
        assertThat(found(checks, "gpu")).isEqualTo("none: NVIDIA's driver is not loaded");
        assertThat(found(checks, "processor")).contains("no instructions for bfloat16");
        assertThat(found(checks, "libtorch")).contains("CPU build");
    }

    @Test
    void run_deviceThatIsAskedForAndCannotBeUsed_fails() {
        DeviceChecks.Starter refuses = device -> {
            throw new InvalidInputException("The device " + device + " cannot be used: no driver", "Install one.");
        };
        Map<String, Check> checks = run(new DeviceChecks(OLD, List.of(), Optional.empty(), refuses), "gpu:0");

        assertThat(checks.get("device").status()).isEqualTo(Check.Status.FAILED);
        assertThat(found(checks, "device")).contains("gpu:0 cannot be used: no driver");
        assertThat(checks.get("device").advice()).isEqualTo("Install one.");
        assertThat(checks).doesNotContainKey("self-test");
    }

    @Test
    void run_deviceThatComputesSomethingElse_fails() {
        Supplier<SelfTest.Result> fails = () -> {
            throw new InvalidInputException("element 3 is 7, expected 8", "Unset it.");
        };
        Check check = run(onCpu(List.of(), Optional.empty(), fails), "cpu").get("self-test");

        assertThat(check.status()).isEqualTo(Check.Status.FAILED);
        assertThat(check.found()).isEqualTo("element 3 is 7, expected 8");
        assertThat(check.advice()).isEqualTo("Unset it.");
    }

    @Test
    void run_engineThatDoesNotLoad_fails() {
        DeviceChecks.Starter broken = device -> {
            throw new UnsatisfiedLinkError("libgomp.so.1");
        };
        Check check = run(new DeviceChecks(OLD, List.of(), Optional.empty(), broken), "cpu")
                .get("device");

        assertThat(check.status()).isEqualTo(Check.Status.FAILED);
        assertThat(check.found()).contains("libgomp.so.1");
    }

    @Test
    void run_thisMachine_onItsProcessor_isWell() {
        Map<String, Check> checks = run(DeviceChecks.ofMachine(), "cpu");

        assertThat(checks.keySet()).containsExactlyInAnyOrder("processor", "gpu", "device", "libtorch", "self-test");
        assertThat(checks.values()).allMatch(check -> check.status() == Check.Status.OK);
    }

    private static DeviceChecks onCpu(List<Gpu> gpus, Optional<String> driver, Supplier<SelfTest.Result> selfTest) {
        DeviceSelection selection =
                new DeviceSelection("cpu", "no GPU can be used: " + CPU_BUILD.reason(), Optional.of(CPU_BUILD));
        return new DeviceChecks(OLD, gpus, driver, device -> engine(selection, ON_CPU, selfTest));
    }

    private static DeviceChecks.Engine engine(
            DeviceSelection selection, DeviceInfo info, Supplier<SelfTest.Result> selfTest) {
        return new DeviceChecks.Engine(selection, info, selfTest);
    }

    private static Map<String, Check> run(DeviceChecks checks, String device) {
        return checks.run(device).stream().collect(Collectors.toMap(Check::name, Function.identity()));
    }

    private static String found(Map<String, Check> checks, String name) {
        return checks.get(name).found();
    }
}
