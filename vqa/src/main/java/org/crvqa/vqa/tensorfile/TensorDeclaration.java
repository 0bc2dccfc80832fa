package org.crvqa.vqa.tensorfile;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor's name, element type and shape.
 *
 * @param shape sizes of the dimensions, none negative; empty for a scalar
 */
public record TensorDeclaration(String name, TensorType type, List<Long> shape) {
    /** @throws IllegalArgumentException when a dimension is negative or the size in bytes exceeds 63 bits */
    public TensorDeclaration {
        shape = List.copyOf(shape);
        byteLength(type, shape);
    }

    /** A tensor of single-precision floats. */
    public static TensorDeclaration f32(String name, long... shape) {
        return of(name, TensorType.F32, shape);
    }

    /** A tensor of truth values. */
    public static TensorDeclaration bool(String name, long... shape) {
        return of(name, TensorType.BOOL, shape);
    }

    /** A tensor of any type. */
    public static TensorDeclaration of(String name, TensorType type, long... shape) {
        return new TensorDeclaration(name, type, Arrays.stream(shape).boxed().toList());
    }

    /** Number of elements; 1 for a scalar. */
    public long elements() {
        return byteLength() / type.bytes();
    }

    /** Size of the elements in the file. */
    public long byteLength() {
        return byteLength(type, shape);
    }

    private static long byteLength(TensorType type, List<Long> shape) {
        try {
            long size = type.bytes();
            for (long dimension : shape) {
                if (dimension < 0) {
                    throw new IllegalArgumentException("shape " + shape + " has a negative dimension");
                }
                size = Math.multiplyExact(size, dimension);
            }
            return size;
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape " + shape + " of " + type + " is too large", e);
        }
    }
}
