package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file of one F32 matrix whose size becomes known only at the end: rows go out as they
 * come, and the header, for which room is left in front, last. Until {@link #commit} the file is not a valid one. Owned
 * by one thread.
 */
public final class RowsWriter implements AutoCloseable {
    /** Room for the header, whose rest is padded with spaces as the format allows. */
    private static final int HEADER_BYTES = 248;

    private final Path target;
    private final String name;
    private final FileChannel channel;
    private final ByteBuffer block = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private long written;

    /** Starts the matrix {@code name} in a new file. */
    public RowsWriter(Path target, String name) {
        this.target = target;
        this.name = name;
        try {
            channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.position(SafetensorsHeader.LENGTH_BYTES + HEADER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /** Appends all floats that remain in the source: whole rows or parts of them. */
    public void append(FloatBuffer source) {
        written += source.remaining();
        while (source.hasRemaining()) {
            if (block.remaining() < Float.BYTES) {
                flush();
            }
            int count = Math.min(source.remaining(), block.remaining() / Float.BYTES);
            block.slice()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(source.slice().limit(count));
            block.position(block.position() + count * Float.BYTES);
            source.position(source.position() + count);
        }
    }

    /**
     * Writes the header.
     *
     * @throws IllegalStateException when what was written is no matrix of so many columns
     */
    public void commit(int columns) {
        if (written % columns != 0) {
            throw new IllegalStateException(written + " floats are no whole rows of " + columns);
        }
        flush();
        byte[] text =
                SafetensorsHeader.text(List.of(TensorDeclaration.f32(name, written / columns, columns)), Map.of());
        byte[] padded = Arrays.copyOf(text, HEADER_BYTES);
        if (text.length > HEADER_BYTES) {
            throw new IllegalStateException("The header of " + name + " needs " + text.length + " bytes");
        }
        Arrays.fill(padded, text.length, HEADER_BYTES, (byte) ' ');
        block.putLong(HEADER_BYTES).put(padded).flip();
        try {
            channel.position(0);
            writeFully();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot finish " + target + ": " + e.getMessage(), e);
        }
    }

    private void flush() {
        try {
            block.flip();
            writeFully();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    private void writeFully() throws IOException {
        while (block.hasRemaining()) {
            channel.write(block);
        }
        block.clear();
    }

    /** Closes the file; without commit it stays invalid. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + target, e);
        }
    }
}
