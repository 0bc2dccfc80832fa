package org.crvqa.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.device.CpuInfo;
import org.crvqa.vqa.device.DeviceInfo;
import org.crvqa.vqa.device.DeviceSelection;
import org.crvqa.vqa.device.Gpu;
import org.crvqa.vqa.device.GpuList;
import org.crvqa.vqa.device.SelfTest;
import org.crvqa.vqa.train.Compute;

/** What computes on this machine: processor, GPUs, the device that a worker here would choose, and whether it is right. */
public final class DeviceChecks {
    private static final String AREA = "machine";
    private static final double GIBIBYTE = 1 << 30;

    /**
     * A started engine.
     *
     * @param selection which device it runs on, and why
     * @param device what that is
     * @param selfTest runs it; throws {@link InvalidInputException} when the device computes something else
     */
    record Engine(DeviceSelection selection, DeviceInfo device, Supplier<SelfTest.Result> selfTest) {
        static Engine start(String device) {
            Compute compute = Compute.start(device, 1);
            return new Engine(compute.selection(), compute.device(), compute::selfTest);
        }
    }

    /** Starts the engine on {@code cpu}, {@code gpu:0} or {@code auto}. */
    interface Starter {
        Engine start(String device);
    }

    private final CpuInfo cpu;
    private final List<Gpu> gpus;
    private final Optional<String> driver;
    private final Starter starter;

    /** {@code driver}: version of the GPUs' driver, where one is loaded. */
    DeviceChecks(CpuInfo cpu, List<Gpu> gpus, Optional<String> driver, Starter starter) {
        this.cpu = cpu;
        this.gpus = List.copyOf(gpus);
        this.driver = driver;
        this.starter = starter;
    }

    /** Of this machine, with the real engine. */
    public static DeviceChecks ofMachine() {
        GpuList gpus = GpuList.ofSystem();
        return new DeviceChecks(CpuInfo.ofSystem(), gpus.all(), gpus.driverVersion(), Engine::start);
    }

    /** Loads the engine into this process. {@code device}: what a worker's CRVQA_DEVICE would say. */
    public List<Check> run(String device) {
        List<Check> checks = new ArrayList<>(List.of(processor(), gpu()));
        try {
            Engine engine = starter.start(device);
            checks.add(chosen(device, engine));
            checks.add(libraries(engine.device()));
            checks.add(selfTest(engine));
        } catch (InvalidInputException e) {
            checks.add(Check.failed(AREA, "device", String.valueOf(e.getMessage()), e.advice()));
        } catch (RuntimeException | LinkageError e) {
            // Native libraries fail in either way.
            checks.add(Check.failed(
                    AREA,
                    "device",
                    "the tensor engine does not start on " + device + ": " + e,
                    "It needs Linux on x86-64 with glibc, and for gpu:0 a driver that fits. See --debug for more."));
        }
        return checks;
    }

    private Check processor() {
        String name = cpu.modelName().orElse("of a model that the kernel does not name");
        String bfloat16 = cpu.hasBfloat16()
                ? "computes in bfloat16 (" + String.join(", ", cpu.bfloat16Instructions()) + ")"
                : "has no instructions for bfloat16, so that such tasks are refused on it";
        return Check.ok(AREA, "processor", name + "; " + bfloat16);
    }

    private Check gpu() {
        if (gpus.isEmpty()) {
            return Check.ok(
                    AREA,
                    "gpu",
                    driver.map(version -> "none, though NVIDIA's driver " + version + " is loaded")
                            .orElse("none: NVIDIA's driver is not loaded"));
        }
        return Check.ok(AREA, "gpu", gpus.stream().map(DeviceChecks::words).collect(Collectors.joining("; ")));
    }

    private static String words(Gpu gpu) {
        return gpu.name().orElse("a GPU without a name")
                + gpu.memoryBytes()
                        .map(bytes -> String.format(Locale.ROOT, ", %.1f GiB", bytes / GIBIBYTE))
                        .orElse("")
                + gpu.driverVersion().map(version -> ", driver " + version).orElse("");
    }

    private Check chosen(String asked, Engine engine) {
        DeviceSelection selection = engine.selection();
        String found = "with CRVQA_DEVICE=" + asked + " a worker here computes on " + selection.device()
                + engine.device().name().map(name -> " (" + name + ")").orElse("") + ": " + selection.why();
        boolean gpuExpected = !gpus.isEmpty() || driver.isPresent();
        return selection.unusableGpu().isPresent() && gpuExpected
                ? Check.warning(
                        AREA, "device", found, selection.unusableGpu().get().remedy())
                : Check.ok(AREA, "device", found);
    }

    private static Check libraries(DeviceInfo device) {
        return Check.ok(
                AREA,
                "libtorch",
                device.libtorchVersion() + ", "
                        + device.cudaFlavor()
                                .map(flavor -> "CUDA build " + flavor)
                                .orElse("CPU build") + ", DJL "
                        + device.djlVersion());
    }

    private static Check selfTest(Engine engine) {
        try {
            return Check.ok(AREA, "self-test", engine.selfTest().get().summary());
        } catch (InvalidInputException e) {
            return Check.failed(AREA, "self-test", String.valueOf(e.getMessage()), e.advice());
        }
    }
}
