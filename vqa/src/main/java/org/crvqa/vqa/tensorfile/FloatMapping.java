package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A memory-mapped sequence of floats of any length, stored as F32 or another float type. The operating system loads pages as they are read; memory is given
 * back when the mapping becomes unreachable. Thread-safe.
 */
public final class FloatMapping {
    private final ByteBuffer[] chunks;
    private final TensorType type;
    private final FloatDecoder decoder;
    private final long size;
    private final int chunkFloats;

    private FloatMapping(ByteBuffer[] chunks, TensorType type, FloatDecoder decoder, long size, int chunkFloats) {
        this.chunks = chunks;
        this.type = type;
        this.decoder = decoder;
        this.size = size;
        this.chunkFloats = chunkFloats;
    }

    /** Maps {@code size} little-endian elements; several mappings, as one cannot exceed 2 GB. */
    static FloatMapping of(
            FileChannel channel, long offset, long size, TensorType type, FloatDecoder decoder, int chunkFloats)
            throws IOException {
        int count = Math.toIntExact((size + chunkFloats - 1) / chunkFloats);
        ByteBuffer[] chunks = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            long first = (long) i * chunkFloats;
            long floats = Math.min(chunkFloats, size - first);
            chunks[i] =
                    channel.map(FileChannel.MapMode.READ_ONLY, offset + first * type.bytes(), floats * type.bytes());
        }
        return new FloatMapping(chunks, type, decoder, size, chunkFloats);
    }

    /** How they are stored. */
    public TensorType type() {
        return type;
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
        pieces(index, count, piece -> decoder.decode(piece, destination));
    }

    /** As {@link #copy}, in the bits in which they are stored, little-endian. */
    public void copyStored(long index, int count, ByteBuffer destination) {
        pieces(index, count, destination::put);
    }

    private void pieces(long index, int count, Consumer<ByteBuffer> action) {
        Objects.checkFromIndexSize(index, count, size);
        long from = index;
        int left = count;
        while (left > 0) {
            int within = (int) (from % chunkFloats);
            int length = Math.min(left, chunkFloats - within);
            ByteBuffer chunk = chunks[(int) (from / chunkFloats)];
            action.accept(
                    chunk.slice(within * type.bytes(), length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN));
            from += length;
            left -= length;
        }
    }
}
