package org.crvqa.vqa.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Tensor memory as Java sees it: what is written through the buffer changes the tensor. Only for tensors in main memory.
 * The buffer is valid as long as the tensor is open; nothing checks that.
 */
public final class TensorMemory {
    private TensorMemory() {}

    /** The values of a contiguous float tensor in row-major order. @throws IllegalArgumentException for any other */
    public static FloatBuffer floats(NDArray tensor) {
        return bytes(tensor, DataType.FLOAT32).asFloatBuffer();
    }

    /** The bytes of a contiguous tensor of the given type, in native order. */
    public static ByteBuffer bytes(NDArray tensor, DataType type) {
        if (!tensor.getDevice().equals(Device.cpu()) || tensor.getDataType() != type) {
            throw new IllegalArgumentException("Expected a " + type + " tensor on the CPU but found "
                    + tensor.getDataType() + " on " + tensor.getDevice());
        }
        ByteBuffer memory = tensor.toByteBuffer(true);
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("The memory of the tensor " + tensor.getName() + " cannot be shared");
        }
        return memory.order(ByteOrder.nativeOrder());
    }
}
