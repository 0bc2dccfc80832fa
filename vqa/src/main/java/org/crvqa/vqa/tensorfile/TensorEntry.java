package org.crvqa.vqa.tensorfile;

import java.util.List;

/**
 * A tensor in a file.
 *
 * @param offset of its first byte, from the start of the file
 */
public record TensorEntry(TensorDeclaration declaration, long offset) {
    /** The tensor's name. */
    public String name() {
        return declaration.name();
    }

    /** The element type. */
    public TensorType type() {
        return declaration.type();
    }

    /** Sizes of the dimensions; empty for a scalar. */
    public List<Long> shape() {
        return declaration.shape();
    }

    /** {@link #shape()} as an array, for tensor libraries. */
    public long[] dimensions() {
        return shape().stream().mapToLong(Long::longValue).toArray();
    }

    /** Number of elements. */
    public long elements() {
        return declaration.elements();
    }

    /** Size of the elements in the file. */
    public long byteLength() {
        return declaration.byteLength();
    }
}
