package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file of one matrix whose size becomes known only at the end: rows go out as they
 * come, and the header, for which room is left in front, last. Until {@link #commit} the file is not a valid one. Owned
 * by one thread.
 */
public final class RowsWriter implements AutoCloseable {
    /** Room for the header, whose rest is padded with spaces as the format allows. */
    private static final int HEADER_BYTES = 248;

    private final Path target;
    private final String name;
    private final TensorType type;
    private final FileChannel channel;
    private final ByteBuffer block = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private long writtenBytes;

    /** Starts the matrix {@code name} in a new file. */
    public RowsWriter(Path target, String name, TensorType type) {
        this.target = target;
        this.name = name;
        this.type = type;
        try {
            channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.position(SafetensorsHeader.LENGTH_BYTES + HEADER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /** Appends all little-endian elements that remain in the source: whole rows or parts of them. */
    public void append(ByteBuffer source) {
        writtenBytes += source.remaining();
        while (source.hasRemaining()) {
            if (!block.hasRemaining()) {
                flush();
            }
            int count = Math.min(source.remaining(), block.remaining());
            block.put(source.slice().limit(count));
            source.position(source.position() + count);
        }
    }

    /**
     * Writes the header.
     *
     * @throws IllegalStateException when what was written is no matrix of so many columns
     */
    public void commit(int columns) {
        long rowBytes = (long) columns * type.bytes();
        if (writtenBytes % rowBytes != 0) {
            throw new IllegalStateException(
                    writtenBytes + " bytes are no whole rows of " + columns + " elements of " + type);
        }
        flush();
        TensorDeclaration matrix = TensorDeclaration.of(name, type, writtenBytes / rowBytes, columns);
        byte[] text = SafetensorsHeader.text(List.of(matrix), Map.of());
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
