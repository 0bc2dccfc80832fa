package org.crvqa.vqa.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.crvqa.artifacts.InvalidInputException;

/** Loads libtorch into the process, once. */
public final class TensorEngine {
    private TensorEngine() {}

    /**
     * Loads the engine and computes something on the device, so that the first task does not wait. To be called on the
     * thread that will compute, before anything else touches the engine: thread counts are read at load.
     *
     * @param deviceName {@code cpu} or {@code gpu:<index>}
     * @param threads compute threads, at least 1
     * @throws InvalidInputException when the machine has no such device
     */
    public static void start(String deviceName, int threads) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        Engine engine = Engine.getInstance();
        Device device = Device.fromName(deviceName);
        if (device.isGpu() && device.getDeviceId() >= engine.getGpuCount()) {
            throw new InvalidInputException(
                    "CRVQA_DEVICE is " + deviceName + ", but this process sees " + engine.getGpuCount() + " GPUs.",
                    "Set CRVQA_DEVICE to cpu or to one of the GPUs present, and use the GPU build of libtorch.");
        }
        // The thread that loads libtorch has gradients off, all others have them on.
        JniUtils.setGradMode(true);
        try (NDManager manager = engine.newBaseManager(device)) {
            manager.ones(new Shape(8, 8)).matMul(manager.ones(new Shape(8, 8))).toFloatArray();
        }
    }
}
