package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A memory-mapped sequence of floats of any length. The operating system loads pages as they are read; memory is given
 * back when the mapping becomes unreachable. Thread-safe.
 */
public final class FloatMapping {
    private final FloatBuffer[] chunks;
    private final long size;
    private final int chunkFloats;

    private FloatMapping(FloatBuffer[] chunks, long size, int chunkFloats) {
        this.chunks = chunks;
        this.size = size;
        this.chunkFloats = chunkFloats;
    }

    /** Maps {@code size} little-endian floats; several mappings, as one cannot exceed 2 GB. */
    static FloatMapping of(FileChannel channel, long offset, long size, int chunkFloats) throws IOException {
        int count = Math.toIntExact((size + chunkFloats - 1) / chunkFloats);
        FloatBuffer[] chunks = new FloatBuffer[count];
        for (int i = 0; i < count; i++) {
            long first = (long) i * chunkFloats;
            long floats = Math.min(chunkFloats, size - first);
            chunks[i] = channel.map(FileChannel.MapMode.READ_ONLY, offset + first * Float.BYTES, floats * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
        }
        return new FloatMapping(chunks, size, chunkFloats);
    }

    /** Number of floats. */
    public long size() {
        return size;
    }

    /**
     * Copies {@code count} floats from {@code index} on to the destination's position and advances it.
     *
     * @throws IndexOutOfBoundsException when the range is not within the mapping
     */
    public void copy(long index, int count, FloatBuffer destination) {
        Objects.checkFromIndexSize(index, count, size);
        long from = index;
        int left = count;
        while (left > 0) {
            int within = (int) (from % chunkFloats);
            int length = Math.min(left, chunkFloats - within);
            FloatBuffer chunk = chunks[(int) (from / chunkFloats)];
            destination.put(chunk.slice(within, length));
            from += length;
            left -= length;
        }
    }
}
