package org.crvqa.vqa.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensor memory as Java sees it, and Java memory as the engine sees it: what is written through one changes the other.
 * Only for main memory; for nobody but {@link Transfer} and {@link Staging}.
 */
final class HostMemory {
    /** Every piece of a block begins at a multiple of this many elements. */
    private static final int ALIGNMENT = 64;

    private HostMemory() {}

    /**
     * The bytes of a contiguous tensor in main memory, in native order. Valid as long as the tensor is open; nothing
     * checks that.
     */
    static ByteBuffer of(NDArray tensor) {
        if (!tensor.getDevice().equals(Device.cpu())) {
            throw new IllegalArgumentException("Expected a tensor in main memory but it is on " + tensor.getDevice());
        }
        ByteBuffer memory = tensor.toByteBuffer(true);
        if (!memory.isDirect()) {
            throw new IllegalArgumentException("The memory of a tensor " + tensor.getShape() + " cannot be shared");
        }
        return memory.order(ByteOrder.nativeOrder());
    }

    /** A tensor over direct Java memory, which it keeps alive. {@code owner} closes it. */
    static NDArray tensor(PtNDManager owner, ByteBuffer memory, Shape shape, DataType type) {
        PtNDArray tensor =
                JniUtils.createNdFromByteBuffer(owner, memory, shape, type, SparseFormat.DENSE, Device.cpu());
        Scopes.release(tensor);
        return tensor;
    }

    /**
     * Tensors in one block of main memory, page-locked where the device is a GPU. Views of the block, not of its memory:
     * by them the engine knows until when it is in use.
     */
    static List<NDArray> pieces(TensorOps ops, List<Shape> shapes, DataType type, NDManager owner) {
        long elements = shapes.stream().mapToLong(HostMemory::aligned).sum();
        NDArray block = ops.room(elements, type, owner);
        List<NDArray> pieces = new ArrayList<>();
        long first = 0;
        for (Shape shape : shapes) {
            pieces.add(ops.piece(block, first, shape, owner));
            first += aligned(shape);
        }
        return pieces;
    }

    private static long aligned(Shape shape) {
        return (shape.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    static ByteBuffer allocate(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
}
