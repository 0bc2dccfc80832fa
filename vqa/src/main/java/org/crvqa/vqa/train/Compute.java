package org.crvqa.vqa.train;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.device.CpuInfo;
import org.crvqa.vqa.device.DeviceChoice;
import org.crvqa.vqa.device.DeviceInfo;
import org.crvqa.vqa.device.DeviceSelection;
import org.crvqa.vqa.device.DeviceSelector;
import org.crvqa.vqa.device.SelfTest;
import org.crvqa.vqa.tensor.Torch;

/**
 * What tasks compute with: the engine, and a clock for progress reports only. One task at a time: the engine's random
 * generator is the process's. Results are the same bytes on the same kind of device, on the CPU for the same number of
 * threads.
 */
public final class Compute {
    private static final int EVALUATION_BATCH = 256;

    /** What a device must pass before it is given work. */
    private static final SelfTest SELF_TEST = new DeviceSelfTest();

    private final Torch torch;
    private final DeviceSelection selection;
    private final LongSupplier nanoTime;
    private final boolean prefetches;
    private final int evaluationBatch;
    private final CpuInfo processor;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param prefetches whether batches are filled ahead, in a thread of their own
     * @param evaluationBatch questions that are answered at once
     * @param processor of this machine
     */
    private Compute(
            Torch torch,
            DeviceSelection selection,
            LongSupplier nanoTime,
            boolean prefetches,
            int evaluationBatch,
            CpuInfo processor) {
        this.torch = torch;
        this.selection = selection;
        this.nanoTime = nanoTime;
        this.prefetches = prefetches;
        this.evaluationBatch = evaluationBatch;
        this.processor = processor;
    }

    /** The same, with or without filling batches ahead: results are the same bytes. */
    public Compute withPrefetch(boolean ahead) {
        return new Compute(torch, selection, nanoTime, ahead, evaluationBatch, processor);
    }

    /** The same, so many questions answered at once. */
    public Compute withEvaluationBatch(int questions) {
        return new Compute(torch, selection, nanoTime, prefetches, questions, processor);
    }

    /** The same, as if this machine had another processor. */
    Compute withProcessor(CpuInfo other) {
        return new Compute(torch, selection, nanoTime, prefetches, evaluationBatch, other);
    }

    /**
     * Chooses the device and loads the engine on it, once per process. Tasks may run in another thread later. A GPU must
     * pass the {@linkplain #selfTest() self-test} first.
     *
     * @param device {@code cpu}, {@code gpu:0}, or {@code auto} for the GPU where it is usable and else the CPU
     * @param threads per operator on the CPU; at least 1
     * @throws InvalidInputException when there is no such device or it cannot be used, with what mends it
     */
    public static Compute start(String device, int threads) {
        DeviceSelector devices = DeviceSelector.ofProcess();
        DeviceSelection selection = devices.select(DeviceChoice.parse(device));
        Compute compute;
        try {
            compute = new Compute(
                    Torch.start(selection.device(), threads),
                    selection,
                    System::nanoTime,
                    true,
                    EVALUATION_BATCH,
                    CpuInfo.ofSystem());
        } catch (EngineException e) {
            throw devices.explain(selection, e);
        }
        if (compute.torch.device().isGpu()) {
            compute.selfTest();
        }
        return compute;
    }

    /** Which device was chosen, and why. */
    public DeviceSelection selection() {
        return selection;
    }

    /** What the device is; asks its driver. */
    public DeviceInfo device() {
        return DeviceSelector.ofProcess().describe(selection.device());
    }

    /** Shows that the device computes what it should. @throws InvalidInputException when it does not */
    public SelfTest.Result selfTest() {
        return SELF_TEST.run(torch);
    }

    /**
     * After a task that ran out of the device's memory: gives back what no tensor holds.
     *
     * @return false when a call that failed holds memory until the process ends
     */
    public boolean releaseMemory() {
        return torch.releaseCache();
    }

    /** Versions of what computes, which decide results to the last bit. Loads the engine where that was not done yet. */
    public static Map<String, String> libraries() {
        return Map.of(
                "djl",
                Engine.getDjlVersion(),
                "pytorch",
                Engine.getEngine("PyTorch").getVersion());
    }

    /** The engine. */
    public Torch torch() {
        return torch;
    }

    CpuInfo processor() {
        return processor;
    }

    int evaluationBatch() {
        return evaluationBatch;
    }

    boolean prefetches() {
        return prefetches;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }
}
