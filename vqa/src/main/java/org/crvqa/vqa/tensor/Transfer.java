package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Every crossing between Java memory and tensors. Where tensors lie in main memory, Java sees them where they lie;
 * otherwise they are copied. Buffers that are handed out are valid until the tensor is closed or changed, and may show
 * later changes or not.
 *
 * <p>Each method that has to wait until the device has computed what it asks for says so and is counted, wherever the
 * tensors lie, so that a test on a CPU sees how often a GPU would stand still.
 */
public final class Transfer {
    private final NDManager host;
    private final Device device;
    private final Operators operators;
    private final AtomicLong waits = new AtomicLong();
    private volatile boolean copies;

    Transfer(NDManager root, Device device, Operators operators) {
        this.host = root.newSubManager(Device.cpu());
        this.device = device;
        this.operators = operators;
        this.copies = Boolean.getBoolean("crvqa.tensor.copies");
    }

    /**
     * Lets every crossing copy, also where Java could see the tensors' own memory: on a CPU all that a GPU's crossings do
     * is then tried but the hardware. Initially as the system property {@code crvqa.tensor.copies} says.
     */
    public void copyEverything(boolean always) {
        copies = always;
    }

    /** Whether Java sees tensors where they lie. */
    public boolean isDirect() {
        return device.equals(Device.cpu()) && !copies;
    }

    /** How often anything had to wait for the device since the process began. */
    public long waits() {
        return waits.get();
    }

    /** The values of a float tensor, row-major. Waits for the device. */
    public float[] floats(NDArray tensor) {
        waits.incrementAndGet();
        FloatBuffer values = bytes(tensor, DataType.FLOAT32).asFloatBuffer();
        float[] copy = new float[values.capacity()];
        values.get(0, copy);
        return copy;
    }

    /** The values of a tensor of 64-bit integers, row-major. Waits for the device. */
    public long[] longs(NDArray tensor) {
        waits.incrementAndGet();
        long[] copy = new long[Math.toIntExact(tensor.size())];
        bytes(tensor, DataType.INT64).asLongBuffer().get(0, copy);
        return copy;
    }

    /** The values of a tensor of truth values, row-major: 1 or 0. Waits for the device. */
    public byte[] flags(NDArray tensor) {
        waits.incrementAndGet();
        byte[] copy = new byte[Math.toIntExact(tensor.size())];
        bytes(tensor, DataType.BOOLEAN).get(0, copy);
        return copy;
    }

    /** The values of a float tensor, to be read only. Waits for the device, unless they lie in main memory. */
    public FloatBuffer view(NDArray tensor) {
        if (!device.equals(Device.cpu())) {
            waits.incrementAndGet();
        }
        return bytes(tensor, DataType.FLOAT32).asFloatBuffer().asReadOnlyBuffer();
    }

    /** Lets Java write every value of a float tensor. What was in it before is not to be relied on. */
    public void fill(NDArray tensor, Consumer<FloatBuffer> writer) {
        ByteBuffer memory = isDirect() ? HostMemory.of(tensor) : room(tensor, DataType.FLOAT32);
        writer.accept(memory.asFloatBuffer());
        putBack(tensor, memory);
    }

    /** Lets Java change values of a float tensor. Waits for the device, unless they lie in main memory. */
    public void edit(NDArray tensor, Consumer<FloatBuffer> change) {
        if (!device.equals(Device.cpu())) {
            waits.incrementAndGet();
        }
        ByteBuffer memory = bytes(tensor, DataType.FLOAT32);
        change.accept(memory.asFloatBuffer());
        putBack(tensor, memory);
    }

    /** Sets a tensor of truth values: 1 or 0 each. */
    public void set(NDArray tensor, byte[] flags) {
        ByteBuffer memory = isDirect() ? HostMemory.of(tensor) : room(tensor, DataType.BOOLEAN);
        memory.put(0, flags);
        putBack(tensor, memory);
    }

    /** Sets a tensor of 64-bit integers. */
    public void set(NDArray tensor, long[] values) {
        ByteBuffer memory = isDirect() ? HostMemory.of(tensor) : room(tensor, DataType.INT64);
        memory.asLongBuffer().put(0, values);
        putBack(tensor, memory);
    }

    /** Sets a float tensor. */
    public void set(NDArray tensor, float[] values) {
        fill(tensor, memory -> memory.put(0, values));
    }

    /** The bytes of a tensor where they lie, when Java can see them there, else a copy. */
    ByteBuffer bytes(NDArray tensor, DataType type) {
        check(tensor, type);
        if (isDirect()) {
            return HostMemory.of(tensor);
        }
        ByteBuffer memory = room(tensor, type);
        try (NDArray target = over(memory, tensor, host)) {
            copy(List.of(target), List.of(tensor), false);
        }
        return memory;
    }

    /** Queues copies between tensors of the same shapes and types. */
    void copy(List<NDArray> targets, List<NDArray> sources) {
        copy(targets, sources, true);
    }

    /** Copies; waits for the device once. */
    void copyAndWait(List<NDArray> targets, List<NDArray> sources) {
        waits.incrementAndGet();
        int last = targets.size() - 1;
        copy(targets.subList(0, last), sources.subList(0, last), true);
        // What is queued is done in order.
        copy(targets.subList(last, last + 1), sources.subList(last, last + 1), false);
    }

    private void copy(List<NDArray> targets, List<NDArray> sources, boolean queued) {
        try (Operators.Arguments arguments = new Operators.Arguments()) {
            operators.run(
                    "copy_all", arguments.tensors(targets).tensors(sources).flag(queued));
        }
    }

    private void putBack(NDArray tensor, ByteBuffer memory) {
        if (isDirect()) {
            return;
        }
        try (NDArray source = over(memory, tensor, host)) {
            copy(List.of(tensor), List.of(source), false);
        }
    }

    /** Direct memory as a tensor like another, in main memory; {@code owner} closes it. */
    NDArray over(ByteBuffer memory, NDArray like, NDManager owner) {
        return HostMemory.tensor((PtNDManager) owner, memory, like.getShape(), like.getDataType());
    }

    private static ByteBuffer room(NDArray tensor, DataType type) {
        check(tensor, type);
        return HostMemory.allocate(tensor.size() * type.getNumOfBytes());
    }

    private static void check(NDArray tensor, DataType type) {
        if (tensor.getDataType() != type) {
            throw new IllegalArgumentException(
                    "Expected a tensor of " + type + " but found one of " + tensor.getDataType());
        }
    }
}
