package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.crvqa.vqa.tensorfile.Float16;

/** Turns little-endian floats of two, four or eight bytes into those of four, if none changes by that. */
final class ExactFloats {
    private ExactFloats() {}

    /**
     * Numbers as float32, little-endian.
     *
     * @param stored little-endian, as many as remain; float32 is given back as it is
     * @param bytes of a number: 2, 4 or 8
     * @param name of what the numbers are, for messages
     * @throws org.crvqa.artifacts.InvalidInputException when one of eight bytes has no equal of four
     */
    static ByteBuffer of(ByteBuffer stored, int bytes, Place place, String name) {
        if (bytes == Float.BYTES) {
            return stored;
        }
        int count = stored.remaining() / bytes;
        ByteBuffer floats = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            floats.putFloat(bytes == Short.BYTES ? half(stored) : exact(stored.getDouble(), place, name));
        }
        return floats.flip();
    }

    private static float half(ByteBuffer stored) {
        return Float16.toFloat(stored.getShort());
    }

    private static float exact(double value, Place place, String name) {
        float single = (float) value;
        // What is not finite is refused where all numbers are checked, with its place.
        if (single != value && Double.isFinite(value)) {
            throw place.invalid(
                    name + " hold " + value + " as float64, which float32 cannot hold exactly",
                    "Write the numbers as float32, such as with astype(numpy.float32).");
        }
        return single;
    }
}
