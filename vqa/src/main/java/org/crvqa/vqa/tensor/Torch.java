package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.crvqa.artifacts.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * LibTorch in this process, on one device with a fixed number of threads. Results on the CPU are the same bytes for the
 * same number of threads only.
 */
public final class Torch {
    /** So many values of a few tensors fit into a processor's cache. */
    private static final int CHUNK = 1 << 15;

    private static @Nullable Torch started;

    private final Device device;
    private final int threads;
    private final NDManager constants;
    private final Map<Float, NDArray> scalars = new ConcurrentHashMap<>();
    private final Map<Long, NDArray> integers = new ConcurrentHashMap<>();
    private final Operators operators;
    private final Transfer transfer;
    private final TensorOps ops;
    private final NDArray chunkOfZeros;
    private @Nullable Torch reference;

    private Torch(Device device, int threads) {
        this.device = device;
        this.threads = threads;
        constants = Engine.getEngine("PyTorch").newBaseManager(device);
        operators = new Operators(constants);
        transfer = new Transfer(constants, device, operators);
        ops = new TensorOps(this, operators);
        chunkOfZeros = constants.zeros(new Shape(device.equals(Device.cpu()) ? CHUNK : 1));
        NDScope.unregister(chunkOfZeros);
    }

    /**
     * Loads the engine, once per process; later calls with the same arguments return the same object.
     *
     * @param deviceName {@code cpu}, or {@code gpu:0} for the first accelerator
     * @param threads threads per operator on the CPU; at least 1
     * @throws InvalidInputException when the name is no device
     * @throws IllegalStateException when the process already runs with other arguments
     */
    public static synchronized Torch start(String deviceName, int threads) {
        if (threads < 1) {
            throw new InvalidInputException(
                    "Compute threads: expected at least 1, found " + threads, "Set CRVQA_THREADS to 1 or more.");
        }
        Device device = device(deviceName);
        Torch running = started;
        if (running == null) {
            running = new Torch(device, threads);
            JniUtils.setNumThreads(threads);
            started = running;
        } else if (!running.device.equals(device) || running.threads != threads) {
            throw new IllegalStateException("The engine runs on " + running.device + " with " + running.threads
                    + " threads; one process cannot change to " + device + " with " + threads);
        }
        return running;
    }

    /**
     * The engine on the CPU beside this one, with the same threads and tensors of its own: for comparing a device with, not
     * for tasks. Tensors of the two never meet in one call, and seeds and threads are the process's, so both have them. On
     * the CPU too it is another object. The same one at every call.
     */
    public synchronized Torch reference() {
        Torch other = reference;
        if (other == null) {
            other = new Torch(Device.cpu(), threads);
            reference = other;
        }
        return other;
    }

    /** Where tensors live. */
    public Device device() {
        return device;
    }

    /** An owner of tensors on the device; the caller closes it, and with it what it owns. */
    public NDManager newManager() {
        return constants.newSubManager();
    }

    /**
     * A constant without dimensions that lives as long as the process. For arithmetic under gradients: the engine's
     * operators on Java numbers keep the number in a Java buffer that the garbage collector frees too early, which
     * gives wrong gradients. Not to be closed or changed.
     */
    public NDArray scalar(float value) {
        return scalars.computeIfAbsent(value, v -> {
            NDArray scalar = constants.full(new Shape(), v, DataType.FLOAT32);
            NDScope.unregister(scalar);
            return scalar;
        });
    }

    /** As {@link #scalar}, of a 64-bit integer: comparing with a Java number would copy it to a GPU every time. */
    public NDArray integer(long value) {
        return integers.computeIfAbsent(value, v -> {
            NDArray scalar = constants.full(new Shape(), v, DataType.INT64);
            NDScope.unregister(scalar);
            return scalar;
        });
    }

    /**
     * Zeros, as many as a CPU takes through several operators before the next; a single one on a GPU, which takes whole
     * tensors through each operator.
     */
    NDArray chunkOfZeros() {
        return chunkOfZeros;
    }

    /** Every crossing between Java memory and tensors. */
    public Transfer transfer() {
        return transfer;
    }

    /** Operators over lists of tensors. */
    public TensorOps ops() {
        return ops;
    }

    /** A copy of the values as a tensor that {@code owner} closes. */
    public NDArray floats(NDManager owner, float[] values, long... shape) {
        try (NDArray view = owner.create(values, new Shape(shape))) {
            return view.duplicate();
        }
    }

    /** A copy of the values as a tensor of 64-bit integers that {@code owner} closes. */
    public NDArray integers(NDManager owner, long[] values, long... shape) {
        try (NDArray view = owner.create(values, new Shape(shape))) {
            return view.duplicate();
        }
    }

    /**
     * Seeds the process-wide generator that dropout draws from. Its state cannot be read, so every step seeds it anew:
     * a resumed run then draws what an undisturbed one does.
     */
    public void reseed(long seed, long step) {
        JniUtils.setSeed(mix(mix(seed) + step));
    }

    /**
     * Switches the recording of gradients in this thread; closing the result restores what was. It is off in the thread
     * that loads the engine and on in all others.
     */
    public GradientMode gradients(boolean recorded) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(recorded);
        return () -> JniUtils.setGradMode(before);
    }

    /**
     * A tensor with the source's memory that backward passes compute a gradient for. A new one for each step costs
     * nothing and starts without gradient. {@code owner} closes it.
     */
    public NDArray leaf(NDArray source, NDManager owner) {
        NDArray leaf = source.stopGradient();
        leaf.attach(owner);
        NDScope.unregister(leaf);
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /** Computes the gradients of a loss without dimensions for every leaf that it depends on; frees the graph. */
    public void backward(NDArray loss) {
        JniUtils.backward((PtNDArray) loss, (PtNDArray) scalar(1f), false, false);
    }

    /** The gradient of a leaf, which {@code owner} closes; empty when no loss depended on the leaf. */
    public Optional<NDArray> gradient(NDArray leaf, NDManager owner) {
        // Not NDArray.getGradient: it returns zeros for an unused leaf.
        NDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
        if (gradient == null) {
            return Optional.empty();
        }
        gradient.attach(owner);
        return Optional.of(gradient);
    }

    /**
     * Gives memory that no tensor holds back to the device, for a task that needs it in other pieces.
     *
     * @return false when a call that failed holds memory until the process ends
     */
    public boolean releaseCache() {
        if (device.isGpu()) {
            Libtorch.emptyCudaCache();
        }
        return !operators.leaked();
    }

    /** Restores a thread's recording of gradients. */
    @FunctionalInterface
    public interface GradientMode extends AutoCloseable {
        @Override
        void close();
    }

    /** Whether a GPU is there is for org.crvqa.vqa.device to find out: the engine's own count says 0 in many images. */
    private static Device device(String name) {
        return switch (name) {
            case "cpu" -> Device.cpu();
            case "gpu:0" -> Device.gpu(0);
            default ->
                throw new InvalidInputException(
                        "Device \"" + name + "\": expected cpu or gpu:0", "Correct CRVQA_DEVICE.");
        };
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbouring inputs give unrelated outputs. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
