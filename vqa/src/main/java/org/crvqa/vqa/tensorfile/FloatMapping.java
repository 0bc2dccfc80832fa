package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A memory-mapped sequence of floats of any length, stored as F32 or another float type. The operating system loads pages as they are read; memory is given
 * back when the mapping becomes unreachable. Thread-safe.
 */
public final class FloatMapping {
    private final ByteBuffer[] chunks;
    private final int elementBytes;
    private final FloatDecoder decoder;
    private final long size;
    private final int chunkFloats;

    private FloatMapping(ByteBuffer[] chunks, int elementBytes, FloatDecoder decoder, long size, int chunkFloats) {
        this.chunks = chunks;
        this.elementBytes = elementBytes;
        this.decoder = decoder;
        this.size = size;
        this.chunkFloats = chunkFloats;
    }

    /** Maps {@code size} little-endian elements; several mappings, as one cannot exceed 2 GB. */
    static FloatMapping of(
            FileChannel channel, long offset, long size, int elementBytes, FloatDecoder decoder, int chunkFloats)
            throws IOException {
        int count = Math.toIntExact((size + chunkFloats - 1) / chunkFloats);
        ByteBuffer[] chunks = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            long first = (long) i * chunkFloats;
            long floats = Math.min(chunkFloats, size - first);
            chunks[i] =
                    channel.map(FileChannel.MapMode.READ_ONLY, offset + first * elementBytes, floats * elementBytes);
        }
        return new FloatMapping(chunks, elementBytes, decoder, size, chunkFloats);
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
            ByteBuffer chunk = chunks[(int) (from / chunkFloats)];
            decoder.decode(
                    chunk.slice(within * elementBytes, length * elementBytes).order(ByteOrder.LITTLE_ENDIAN),
                    destination);
            from += length;
            left -= length;
        }
    }
}
