package org.crvqa.vqa.pickle;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** The bytes of a pickle from front to back, a window of them in memory. Owned by one thread. */
public final class PickleInput {
    private static final int WINDOW_BYTES = 1 << 16;

    private final Source source;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    /** Position in the pickle of the window's first byte. */
    private long start;

    private PickleInput(Source source, long size) {
        this.source = source;
        this.size = size;
        window.limit(0);
    }

    /** Reads bytes from a position on; as {@link FileChannel#read(ByteBuffer, long)}. */
    @FunctionalInterface
    private interface Source {
        int read(ByteBuffer into, long position) throws IOException;
    }

    /**
     * A line of text, of which only the start is in memory.
     *
     * @param start its first bytes
     * @param position of its first byte
     * @param length in bytes, without the end of the line
     */
    record Line(byte[] start, long position, long length) {}

    /** A pickle in memory. */
    public static PickleInput of(byte[] pickle) {
        return new PickleInput(
                (into, position) -> {
                    int count = (int) Math.min(into.remaining(), pickle.length - position);
                    into.put(pickle, (int) position, count);
                    return count;
                },
                pickle.length);
    }

    /** A pickle that is a file, which the caller closes. */
    public static PickleInput of(FileChannel file) throws IOException {
        return new PickleInput(file::read, file.size());
    }

    /** Where the next byte stands. */
    public long position() {
        return start + window.position();
    }

    /** Bytes that follow. */
    long remaining() {
        return size - position();
    }

    int unsignedByte() throws IOException {
        return Byte.toUnsignedInt(require(Byte.BYTES).get());
    }

    int unsignedShort() throws IOException {
        return Short.toUnsignedInt(require(Short.BYTES).getShort());
    }

    int integer() throws IOException {
        return require(Integer.BYTES).getInt();
    }

    long longInteger() throws IOException {
        return require(Long.BYTES).getLong();
    }

    byte[] bytes(int count) throws IOException {
        if (count > remaining()) {
            throw new EOFException();
        }
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; ) {
            ByteBuffer next = require(1);
            int part = Math.min(next.remaining(), count - done);
            next.get(bytes, done, part);
            done += part;
        }
        return bytes;
    }

    /** Goes on behind so many bytes without reading those that are not in memory yet. */
    void skip(long count) throws IOException {
        if (count > remaining()) {
            throw new EOFException();
        }
        if (count <= window.remaining()) {
            window.position(window.position() + (int) count);
        } else {
            start = position() + count;
            window.position(0).limit(0);
        }
    }

    /** The bytes up to the next newline, which is taken too, and of them the first {@code most}. */
    Line line(int most) throws IOException {
        long from = position();
        byte[] first = new byte[0];
        while (true) {
            ByteBuffer next = require(1);
            int end = next.position();
            while (end < next.limit() && next.get(end) != '\n') {
                end++;
            }
            int part = Math.min(end - next.position(), most - first.length);
            first = Arrays.copyOf(first, first.length + part);
            next.get(next.position(), first, first.length - part, part);
            boolean ended = end < next.limit();
            next.position(ended ? end + 1 : end);
            if (ended) {
                return new Line(first, from, position() - 1 - from);
            }
        }
    }

    /** The window with at least so many bytes to read. */
    private ByteBuffer require(int count) throws IOException {
        while (window.remaining() < count) {
            start += window.position();
            window.compact();
            int read = source.read(window, start + window.position());
            window.flip();
            if (read <= 0) {
                throw new EOFException();
            }
        }
        return window;
    }
}
