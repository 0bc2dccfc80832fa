package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes a safetensors file as a stream: tensors one after the other in the order declared, with 64-bit offsets. The
 * same input gives the same bytes. The target appears, complete, at {@link #commit}; until then bytes go to a hidden
 * file beside it, which {@link #close} removes. Owned by one thread.
 */
public final class SafetensorsWriter implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 20;
    /** Tensor data starts at a multiple of this, as in the reference implementation. */
    private static final int ALIGNMENT = 8;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final List<TensorDeclaration> tensors;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int current;
    private long writtenElements;

    private SafetensorsWriter(Path target, Path temporary, FileChannel channel, List<TensorDeclaration> tensors) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
        this.tensors = tensors;
    }

    /** Starts a file without metadata. The target's folder must exist; a file of that name is replaced at commit. */
    public static SafetensorsWriter create(Path target, List<TensorDeclaration> tensors) {
        return create(target, tensors, Map.of());
    }

    /**
     * Starts a file.
     *
     * @param metadata free text fields of the header, in this iteration order
     */
    public static SafetensorsWriter create(Path target, List<TensorDeclaration> tensors, Map<String, String> metadata) {
        Set<String> names = new HashSet<>();
        for (TensorDeclaration tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("Tensor " + tensor.name() + " is declared twice");
            }
        }
        byte[] text = SafetensorsHeader.text(tensors, metadata);
        byte[] padded = Arrays.copyOf(text, (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        Path temporary = target.resolveSibling("." + target.getFileName() + ".writing");
        try {
            FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            SafetensorsWriter writer = new SafetensorsWriter(target, temporary, channel, List.copyOf(tensors));
            writer.put(ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(padded.length)
                    .flip());
            writer.put(ByteBuffer.wrap(padded));
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    /** Writes the next elements of an F32 tensor: all that remains in the source, whole tensor or a part of it. */
    public void writeFloats(String name, FloatBuffer source) {
        begin(name, TensorType.F32, source.remaining());
        fill(source.remaining(), Float.BYTES, count -> {
            for (int i = 0; i < count; i++) {
                block.putFloat(source.get());
            }
        });
    }

    /** Writes the next elements of an F32 tensor. */
    public void writeFloats(String name, float[] source) {
        writeFloats(name, FloatBuffer.wrap(source));
    }

    /** Writes the next elements of an F32 tensor, little-endian as they are stored: all that remains. */
    public void writeFloats(String name, ByteBuffer source) {
        begin(name, TensorType.F32, source.remaining() / Float.BYTES);
        put(source);
    }

    /** Writes the next elements of a BOOL tensor: 0 or 1 each. */
    public void writeBooleans(String name, ByteBuffer source) {
        for (int i = source.position(); i < source.limit(); i++) {
            if (source.get(i) != 0 && source.get(i) != 1) {
                throw new IllegalArgumentException("Tensor " + name + ": " + source.get(i) + " is not a truth value");
            }
        }
        begin(name, TensorType.BOOL, source.remaining());
        put(source);
    }

    /** Writes the next elements of a U8 tensor. */
    public void writeBytes(String name, byte[] source) {
        writeBytes(name, ByteBuffer.wrap(source));
    }

    /** As above: all that remains. */
    public void writeBytes(String name, ByteBuffer source) {
        begin(name, TensorType.U8, source.remaining());
        put(source);
    }

    /** Writes the next elements of a tensor of any type, in the bits in which they are stored: all that remains. */
    public void writeStored(String name, TensorType type, ByteBuffer source) {
        begin(name, type, source.remaining() / type.bytes());
        put(source);
    }

    /** Writes the next elements of an I32 tensor. */
    public void writeInts(String name, int[] source) {
        begin(name, TensorType.I32, source.length);
        int[] next = {0};
        fill(source.length, Integer.BYTES, count -> {
            for (int i = 0; i < count; i++) {
                block.putInt(source[next[0]++]);
            }
        });
    }

    /** Writes the next elements of an I64 tensor. */
    public void writeLongs(String name, long[] source) {
        begin(name, TensorType.I64, source.length);
        int[] next = {0};
        fill(source.length, Long.BYTES, count -> {
            for (int i = 0; i < count; i++) {
                block.putLong(source[next[0]++]);
            }
        });
    }

    /**
     * Makes the file appear under its name, replacing any other.
     *
     * @throws IllegalStateException when tensors are missing or incomplete
     */
    public void commit() {
        skipComplete();
        if (current < tensors.size()) {
            throw new IllegalStateException("Tensor " + tensors.get(current).name() + " of " + target + " has "
                    + writtenElements + " of its " + tensors.get(current).elements() + " elements");
        }
        try {
            channel.close();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot finish " + target + ": " + e.getMessage(), e);
        }
    }

    /** Removes what was written, unless it was committed. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + temporary, e);
        }
    }

    private void begin(String name, TensorType type, long count) {
        if (count == 0) {
            return;
        }
        skipComplete();
        TensorDeclaration expected = current < tensors.size() ? tensors.get(current) : null;
        if (expected == null || !expected.name().equals(name) || expected.type() != type) {
            throw new IllegalStateException("Next in " + target + " is " + (expected == null ? "nothing" : expected)
                    + ", got " + type + " " + name);
        }
        if (count > expected.elements() - writtenElements) {
            throw new IllegalStateException(
                    "Tensor " + name + " has " + expected.elements() + " elements, got " + (writtenElements + count));
        }
        writtenElements += count;
    }

    private void skipComplete() {
        while (current < tensors.size()
                && writtenElements == tensors.get(current).elements()) {
            current++;
            writtenElements = 0;
        }
    }

    private void fill(int elements, int elementBytes, Consumer<Integer> putElements) {
        int perBlock = BLOCK_BYTES / elementBytes;
        for (int done = 0; done < elements; done += perBlock) {
            block.clear();
            putElements.accept(Math.min(perBlock, elements - done));
            put(block.flip());
        }
    }

    private void put(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
        }
    }
}
