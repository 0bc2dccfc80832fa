package org.crvqa.vqa.pickle;

import static org.crvqa.vqa.pickle.Unpickler.argument;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import org.crvqa.vqa.pickle.Unpickler.Tuple;
import org.jspecify.annotations.Nullable;

/** An array of NumPy, whose elements stay in the file until they are asked for if they are many. */
public final class NumpyArray {
    private static final int MAX_RANK = 32;
    private static final int MAX_BYTES = 1 << 28;

    private @Nullable NumpyType type;
    private int[] shape = {};
    private boolean columnMajor;
    private Object data = "";

    /** An array of nothing yet, to which {@link #build} gives all. */
    NumpyArray() {}

    /** @param data text whose characters are the bytes, or a {@link Payload} */
    NumpyArray(NumpyType type, List<Object> shape, boolean columnMajor, Object data) throws PickleException {
        set(type, shape, columnMajor, data);
    }

    /** Takes the state that {@code numpy.ndarray.__reduce__} gives: version, shape, type, order, bytes. */
    void build(Object state) throws PickleException {
        if (type != null) {
            throw new PickleException("gives an array its elements twice");
        }
        List<Object> items = argument(List.of(state), 0, Tuple.class, "the state of an array")
                .items();
        set(
                argument(items, 2, NumpyType.class, "an array's type"),
                argument(items, 1, Tuple.class, "an array's shape").items(),
                argument(items, 3, Boolean.class, "an array's order"),
                argument(items, 4, Object.class, "an array's bytes"));
    }

    private void set(NumpyType elements, List<Object> dimensions, boolean columnsFirst, Object bytes)
            throws PickleException {
        if (!(bytes instanceof String || bytes instanceof Payload)) {
            throw new PickleException("gives a " + Unpickler.kind(bytes) + " as the bytes of an array of "
                    + elements.name() + ", expected numbers");
        }
        if (dimensions.size() > MAX_RANK) {
            throw new PickleException("has an array of " + dimensions.size() + " dimensions");
        }
        int[] sizes = new int[dimensions.size()];
        for (int i = 0; i < sizes.length; i++) {
            long size = argument(dimensions, i, Long.class, "an array's dimension");
            if (size < 0 || size > MAX_BYTES) {
                throw new PickleException("has an array of shape " + dimensions);
            }
            sizes[i] = (int) size;
        }
        type = elements;
        shape = sizes;
        columnMajor = columnsFirst;
        data = bytes;
    }

    /** As NumPy names the elements' type, such as f4; empty while the array has none. */
    public String typeName() {
        return type == null ? "" : type.name();
    }

    /** Sizes of the dimensions. */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * The elements, row-major and little-endian.
     *
     * @param file in which the pickle is; may be read by several threads at once
     * @param elementBytes size of an element, which the caller knows by {@link #typeName}
     * @throws PickleException when there are more or fewer bytes than the shape needs
     */
    public ByteBuffer elements(FileChannel file, int elementBytes) throws IOException, PickleException {
        long size = elementBytes;
        for (int extent : shape) {
            size *= extent;
            if (size > MAX_BYTES) {
                throw new PickleException("has an array of shape " + Arrays.toString(shape) + ", more than the "
                        + MAX_BYTES + " bytes allowed");
            }
        }
        byte[] bytes = bytes(file, (int) size);
        boolean reversed = type != null && type.order() == ByteOrder.BIG_ENDIAN;
        if (reversed) {
            reverse(bytes, elementBytes);
        }
        byte[] rows = columnMajor && shape.length == 2 ? transposed(bytes, elementBytes) : bytes;
        return ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] bytes(FileChannel file, int size) throws IOException, PickleException {
        if (data instanceof Payload payload) {
            return payload.read(file, size);
        }
        byte[] bytes = Strings.latin1((String) data);
        if (bytes.length != size) {
            throw Payload.wrongLength(bytes.length, size);
        }
        return bytes;
    }

    private static void reverse(byte[] bytes, int width) {
        for (int start = 0; start < bytes.length; start += width) {
            for (int i = 0; i < width / 2; i++) {
                byte low = bytes[start + i];
                bytes[start + i] = bytes[start + width - 1 - i];
                bytes[start + width - 1 - i] = low;
            }
        }
    }

    private byte[] transposed(byte[] columns, int width) {
        byte[] rows = new byte[columns.length];
        for (int column = 0; column < shape[1]; column++) {
            for (int row = 0; row < shape[0]; row++) {
                System.arraycopy(
                        columns, (column * shape[0] + row) * width, rows, (row * shape[1] + column) * width, width);
            }
        }
        return rows;
    }
}
