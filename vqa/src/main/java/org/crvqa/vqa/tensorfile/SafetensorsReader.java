package org.crvqa.vqa.tensorfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Reads tensors of a safetensors file of any size, each straight from its place. The header is checked as a whole when
 * the file is opened. Thread-safe. Unexpected I/O errors are {@link UncheckedIOException}s.
 */
public final class SafetensorsReader implements TensorFile {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int CHUNK_FLOATS = 1 << 27;
    private static final String REPLACE_FILE =
            "Give a complete safetensors file; if it was downloaded or copied, fetch it again.";

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader.Contents header;

    private SafetensorsReader(Path file, FileChannel channel, SafetensorsHeader.Contents header) {
        this.file = file;
        this.channel = channel;
        this.header = header;
    }

    /** @throws InvalidInputException when there is no such file, or it is not a well-formed safetensors file */
    public static SafetensorsReader open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new SafetensorsReader(file, channel, readHeader(channel));
            } catch (SafetensorsHeader.MalformedException e) {
                channel.close();
                throw new InvalidInputException(
                        file + " is not a valid safetensors file: " + e.getMessage(), REPLACE_FILE, e);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no file " + file, "Check the path.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static SafetensorsHeader.Contents readHeader(FileChannel channel)
            throws IOException, SafetensorsHeader.MalformedException {
        long fileBytes = channel.size();
        if (fileBytes < SafetensorsHeader.LENGTH_BYTES + 2) {
            throw new SafetensorsHeader.MalformedException("it has only " + fileBytes + " bytes");
        }
        ByteBuffer length = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(channel, 0, length);
        long headerBytes = length.flip().getLong();
        long available = fileBytes - SafetensorsHeader.LENGTH_BYTES;
        if (headerBytes < 2 || headerBytes > Math.min(SafetensorsHeader.MAX_BYTES, available)) {
            throw new SafetensorsHeader.MalformedException("it says that its header has "
                    + Long.toUnsignedString(headerBytes) + " bytes, but " + available
                    + " follow and at most " + SafetensorsHeader.MAX_BYTES + " are allowed");
        }
        ByteBuffer text = ByteBuffer.allocate((int) headerBytes);
        readFully(channel, SafetensorsHeader.LENGTH_BYTES, text);
        return SafetensorsHeader.parse(
                text.array(), SafetensorsHeader.LENGTH_BYTES + headerBytes, available - headerBytes);
    }

    @Override
    public Path file() {
        return file;
    }

    /** All tensors of types that are read, in the order of the header. */
    public Collection<TensorEntry> tensors() {
        return Collections.unmodifiableCollection(header.tensors().values());
    }

    @Override
    public List<TensorDeclaration> declarations() {
        return header.tensors().values().stream().map(TensorEntry::declaration).toList();
    }

    @Override
    public List<ForeignTensor> foreign() {
        return List.copyOf(header.foreign().values());
    }

    /** The header's free text fields. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /** The tensor of this name. */
    public Optional<TensorEntry> find(String name) {
        return Optional.ofNullable(header.tensors().get(name));
    }

    /** @throws InvalidInputException when there is no tensor of this name, or it is of a type that is not read */
    public TensorEntry require(String name) {
        ForeignTensor foreign = header.foreign().get(name);
        if (foreign != null) {
            throw new InvalidInputException(
                    "Tensor " + name + " of " + file + " is of " + foreign.type() + ", expected one of "
                            + List.of(TensorType.values()),
                    "Give a file of the expected kind.");
        }
        return find(name)
                .orElseThrow(() -> new InvalidInputException(
                        file + " has no tensor " + name + " among its "
                                + header.tensors().size(),
                        "Give a file of the expected kind."));
    }

    /**
     * The tensor of this name, checked to have this shape.
     *
     * @throws InvalidInputException when there is no such tensor or its shape differs
     */
    public TensorEntry require(String name, List<Long> shape) {
        TensorEntry entry = require(name);
        if (!entry.shape().equals(shape)) {
            throw new InvalidInputException(
                    "Tensor " + name + " of " + file + " has shape " + entry.shape() + ", expected " + shape,
                    "Give weights that fit the configuration.");
        }
        return entry;
    }

    /**
     * Copies a tensor of F32, F16, BF16 or F64 as floats to the destination's position and advances it.
     *
     * @throws InvalidInputException when there is no such tensor or it is not of a float type
     */
    public void copyFloats(String name, FloatBuffer destination) {
        TensorEntry entry = require(name);
        FloatDecoder decoder = decoder(entry);
        if (destination.remaining() < entry.elements()) {
            throw new IllegalArgumentException(
                    "Tensor " + name + " has " + entry.elements() + " elements, room for " + destination.remaining());
        }
        readBlocks(entry, block -> decoder.decode(block, destination));
    }

    @Override
    public float[] floats(String name) {
        float[] values = new float[arrayLength(require(name))];
        copyFloats(name, FloatBuffer.wrap(values));
        return values;
    }

    /**
     * Maps a tensor of F32, F16, BF16 or F64 into memory.
     *
     * @throws InvalidInputException when there is no such tensor or it is of another type
     */
    public FloatMapping mapFloats(String name) {
        TensorEntry entry = require(name);
        FloatDecoder decoder = decoder(entry);
        try {
            return FloatMapping.of(channel, entry.offset(), entry.elements(), entry.type(), decoder, CHUNK_FLOATS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot map tensor " + name + " of " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * A tensor of BOOL, each element 0 or 1.
     *
     * @throws InvalidInputException when there is no such tensor, it is of another type, or holds another value
     */
    public byte[] booleans(String name) {
        byte[] values = bytes(requireType(name, TensorType.BOOL));
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && values[i] != 1) {
                throw new InvalidInputException(
                        "Tensor " + name + " of " + file + " is BOOL but holds " + values[i] + " at element " + i,
                        REPLACE_FILE);
            }
        }
        return values;
    }

    /** A tensor of U8. @throws InvalidInputException when there is no such tensor or it is of another type */
    public byte[] unsignedBytes(String name) {
        return bytes(requireType(name, TensorType.U8));
    }

    /** A tensor of I32. @throws InvalidInputException when there is no such tensor or it is of another type */
    public int[] ints(String name) {
        TensorEntry entry = requireType(name, TensorType.I32);
        IntBuffer values = IntBuffer.allocate(arrayLength(entry));
        readBlocks(entry, block -> {
            values.put(block.asIntBuffer());
        });
        return values.array();
    }

    /** A tensor of I64. @throws InvalidInputException when there is no such tensor or it is of another type */
    public long[] longs(String name) {
        TensorEntry entry = requireType(name, TensorType.I64);
        LongBuffer values = LongBuffer.allocate(arrayLength(entry));
        readBlocks(entry, block -> {
            values.put(block.asLongBuffer());
        });
        return values.array();
    }

    private FloatDecoder decoder(TensorEntry entry) {
        return FloatDecoder.of(entry.type()).orElseThrow(() -> wrongType(entry, "F32, F16, BF16 or F64"));
    }

    private byte[] bytes(TensorEntry entry) {
        ByteBuffer values = ByteBuffer.allocate(arrayLength(entry));
        readBlocks(entry, values::put);
        return values.array();
    }

    private TensorEntry requireType(String name, TensorType type) {
        TensorEntry entry = require(name);
        if (entry.type() != type) {
            throw wrongType(entry, type.name());
        }
        return entry;
    }

    private InvalidInputException wrongType(TensorEntry entry, String expected) {
        return new InvalidInputException(
                "Tensor " + entry.name() + " of " + file + " is of " + entry.type() + ", expected " + expected,
                "Give a file of the expected kind.");
    }

    private int arrayLength(TensorEntry entry) {
        if (entry.elements() > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException(
                    "Tensor " + entry.name() + " of " + file + " has " + entry.elements()
                            + " elements, more than an array can hold",
                    "Give a file of the expected kind.");
        }
        return (int) entry.elements();
    }

    private void readBlocks(TensorEntry entry, Consumer<ByteBuffer> consumer) {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, entry.byteLength()))
                .order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (long done = 0; done < entry.byteLength(); done += block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), entry.byteLength() - done));
                readFully(channel, entry.offset() + done, block);
                consumer.accept(block.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot read tensor " + entry.name() + " of " + file + ": " + e.getMessage(), e);
        }
    }

    private static void readFully(FileChannel channel, long offset, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("file ended while it was read");
            }
        }
    }

    /** Closes the file; {@linkplain #mapFloats mappings} stay valid. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close " + file, e);
        }
    }
}
