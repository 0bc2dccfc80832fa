package org.crvqa.vqa.device;

import java.util.Optional;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensor.Libtorch;

/** Chooses the device of this process, once, before the engine starts on it. */
public final class DeviceSelector {
    private final Surroundings surroundings;
    private final GpuList gpus;
    private final GpuDiagnosis diagnosis;
    private final GpuProbe probe;

    DeviceSelector(Surroundings surroundings, GpuList gpus, GpuProbe probe) {
        this.surroundings = surroundings;
        this.gpus = gpus;
        this.diagnosis = new GpuDiagnosis(surroundings, gpus);
        this.probe = probe;
    }

    /** With this process's environment, this machine's files and the real engine. */
    public static DeviceSelector ofProcess() {
        Surroundings surroundings = Surroundings.ofProcess();
        GpuList gpus = GpuList.ofSystem();
        TrialProbe probe = new TrialProbe(
                surroundings,
                Libtorch::load,
                (left, right) -> Libtorch.product("gpu:0", left, right, 2),
                new GpuDiagnosis(surroundings, gpus));
        return new DeviceSelector(surroundings, gpus, probe);
    }

    /**
     * Which device to compute on. Unless the CPU is asked for, this loads the engine and tries the GPU.
     *
     * @throws InvalidInputException when the GPU is asked for and cannot be used
     */
    public DeviceSelection select(DeviceChoice choice) {
        return switch (choice) {
            case CPU -> new DeviceSelection("cpu", "it was asked for", Optional.empty());
            case GPU ->
                probe.probe()
                        .map(DeviceSelector::refuse)
                        .orElseGet(() -> gpu("it was asked for, and a trial on it succeeded"));
            case AUTO ->
                probe.probe()
                        .map(DeviceSelector::cpuInstead)
                        .orElseGet(() -> gpu("it is usable: a trial on it succeeded"));
        };
    }

    /** What to tell a person when the engine does not start on the device that was chosen. */
    public InvalidInputException explain(DeviceSelection selection, Throwable failure) {
        Unusable engine = diagnosis.ofEngine(failure);
        return new InvalidInputException(
                "The tensor engine does not start on " + selection.device() + ": " + engine.reason(),
                engine.remedy(),
                failure);
    }

    /** What the chosen device is. Loads the engine where that was not done yet. */
    public DeviceInfo describe(String device) {
        Libtorch libtorch = Libtorch.load();
        return describe(device, libtorch);
    }

    DeviceInfo describe(String device, Libtorch libtorch) {
        boolean cpu = device.equals("cpu");
        Gpu gpu = cpu ? Gpu.UNKNOWN : gpus.first();
        return new DeviceInfo(
                device,
                cpu ? CpuInfo.of(surroundings).modelName() : gpu.name(),
                gpu.driverVersion().or(() -> cpu ? Optional.empty() : gpus.driverVersion()),
                gpu.memoryBytes(),
                libtorch.version(),
                Libtorch.djlVersion(),
                EngineSettings.flavor(surroundings, libtorch));
    }

    private static DeviceSelection gpu(String why) {
        return new DeviceSelection("gpu:0", why, Optional.empty());
    }

    private static DeviceSelection cpuInstead(Unusable gpu) {
        return new DeviceSelection("cpu", "no GPU can be used: " + gpu.reason(), Optional.of(gpu));
    }

    private static DeviceSelection refuse(Unusable gpu) {
        throw new InvalidInputException("The device gpu:0 cannot be used: " + gpu.reason(), gpu.remedy());
    }
}
