package org.crvqa.vqa.tensorfile;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Turns little-endian elements of a float type into floats. */
@FunctionalInterface
public interface FloatDecoder {
    /** Decodes all that remains of the block, which holds whole elements. */
    void decode(ByteBuffer block, FloatBuffer destination);

    /** The decoder of a type; empty for types that do not hold floats. */
    static Optional<FloatDecoder> of(TensorType type) {
        return switch (type) {
            case F32 -> Optional.of((block, out) -> out.put(block.asFloatBuffer()));
            case F64 ->
                Optional.of((block, out) -> {
                    while (block.hasRemaining()) {
                        out.put((float) block.getDouble());
                    }
                });
            case F16 ->
                Optional.of((block, out) -> {
                    while (block.hasRemaining()) {
                        out.put(Float16.toFloat(block.getShort()));
                    }
                });
            case BF16 ->
                Optional.of((block, out) -> {
                    while (block.hasRemaining()) {
                        out.put(Float.intBitsToFloat(block.getShort() << 16));
                    }
                });
            case BOOL, U8, I8, I16, I32, I64 -> Optional.empty();
        };
    }
}
