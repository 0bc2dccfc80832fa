package org.crvqa.vqa.checkpoint;

import java.util.Arrays;
import org.crvqa.vqa.pickle.PickleException;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * A view of a storage as PyTorch has it: element {@code (i, j, ...)} is the storage's element {@code offset + i *
 * strides[0] + j * strides[1] + ...}.
 *
 * @param shape sizes of the dimensions, none negative
 * @param strides one for each dimension, in elements, none negative
 */
record TorchTensor(Storage storage, long offset, long[] shape, long[] strides) {
    /**
     * Elements of one type that tensors may share.
     *
     * @param key names the storage's entry in the file
     */
    record Storage(String key, TensorType type, long elements) {}

    /** @throws PickleException when an element lies outside of the storage */
    static TorchTensor of(Storage storage, long offset, long[] shape, long[] strides) throws PickleException {
        TorchTensor tensor = new TorchTensor(storage, offset, shape, strides);
        String what = "has a tensor of shape " + Arrays.toString(shape) + ", strides " + Arrays.toString(strides)
                + " and offset " + offset;
        if (strides.length != shape.length || offset < 0) {
            throw new PickleException(what);
        }
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] < 0 || strides[i] < 0) {
                throw new PickleException(what);
            }
        }
        try {
            long elements = tensor.declaration("").elements();
            if (elements > 0 && Math.addExact(offset, tensor.span()) > storage.elements()) {
                throw new PickleException(what + " beyond its storage of " + storage.elements() + " elements");
            }
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new PickleException(what + ", which is too large");
        }
        return tensor;
    }

    /** Name, type and shape. */
    TensorDeclaration declaration(String name) {
        return TensorDeclaration.of(name, storage.type(), shape);
    }

    /**
     * Elements of the storage from the tensor's first to its last; for tensors that have any.
     *
     * @throws ArithmeticException when they are more than 63 bits can count
     */
    long span() {
        long last = 0;
        for (int i = 0; i < shape.length; i++) {
            last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
        }
        return Math.addExact(last, 1);
    }

    /** Whether the elements lie in the storage in row-major order without gaps. */
    boolean contiguous() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            // The stride of a dimension of size 1 is never used and may be anything.
            if (shape[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }

    /**
     * The elements in row-major order.
     *
     * @param stored {@link #span} elements of the storage from {@link #offset} on
     * @param elements how many the tensor has, at least one
     */
    float[] gather(float[] stored, int elements) {
        float[] values = new float[elements];
        long[] index = new long[shape.length];
        int from = 0;
        for (int to = 0; to < elements; to++) {
            values[to] = stored[from];
            for (int i = shape.length - 1; i >= 0; i--) {
                from += (int) strides[i];
                if (++index[i] < shape[i]) {
                    break;
                }
                from -= (int) (shape[i] * strides[i]);
                index[i] = 0;
            }
        }
        return values;
    }
}
