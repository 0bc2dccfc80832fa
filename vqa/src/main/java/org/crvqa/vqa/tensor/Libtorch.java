package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The native library of this process.
 *
 * @param folder that it was loaded from
 * @param version as the engine names it; where PYTORCH_LIBRARY_PATH names the folder, what PYTORCH_VERSION says
 */
public record Libtorch(Path folder, String version) {
    /** Loads the engine where that was not done yet. @throws ai.djl.engine.EngineException when it cannot be loaded */
    public static Libtorch load() {
        String version = Engine.getEngine("PyTorch").getVersion();
        return new Libtorch(Path.of(LibUtils.getLibtorchPath()), version);
    }

    /** Version of the Java library that drives it. */
    public static String djlVersion() {
        return Engine.getDjlVersion();
    }

    /** Whether it can compute on a GPU at all. */
    public boolean hasCuda() {
        return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")));
    }

    /**
     * The product of two square matrices of so many rows, in rows, computed in float32 on the device: what a GPU must do to
     * be usable.
     *
     * @param device {@code cpu} or {@code gpu:0}, where the matrices are copied to and the product from
     * @throws RuntimeException whatever the engine throws where the device does not work
     */
    public static float[] product(String device, float[] left, float[] right, int rows) {
        Device where = device.equals("cpu") ? Device.cpu() : Device.gpu(0);
        Shape shape = new Shape(rows, rows);
        // The matrices stay open until the product was read: the engine does not copy them on the CPU.
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager(where);
                NDArray a = manager.create(left, shape);
                NDArray b = manager.create(right, shape);
                NDArray product = a.matMul(b)) {
            return product.toFloatArray();
        }
    }

    /** Gives memory of the GPU that no tensor holds back to the driver. The engine must have been started on a GPU. */
    static void emptyCudaCache() {
        JniUtils.emptyCudaCache();
    }
}
