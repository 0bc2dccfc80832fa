package org.crvqa.vqa.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of float tensors as they were at one moment, for another thread to write while training goes on.
 *
 * <p>From a GPU they are copied to page-locked memory that the first snapshot makes: all copies are queued, then the
 * device is waited for once. In main memory nothing is copied at first: the tensors themselves are read until training
 * announces by {@link #beforeChange} that it is about to change them, and only what has not been read until then is
 * copied. At the size at which a copy would be dear a step takes longer than the writing.
 */
public final class Snapshot implements AutoCloseable {
    /** How much is written while a change has to wait. */
    private static final int PIECE_BYTES = 8 << 20;

    private final Torch torch;
    private final NDManager manager;
    private List<Part> parts = List.of();
    private List<NDArray> room = List.of();
    private final Map<Integer, ByteBuffer> copies = new HashMap<>();

    /** One tensor; its lock keeps reading and changing apart. */
    private static final class Part {
        private ByteBuffer source;
        private boolean borrowed;
        private boolean read;
        private boolean dropped;

        Part(ByteBuffer source, boolean borrowed) {
            this.source = source;
            this.borrowed = borrowed;
        }
    }

    /** Takes what it is given, piece by piece. */
    @FunctionalInterface
    public interface Sink {
        void accept(ByteBuffer bytes) throws IOException;
    }

    public Snapshot(Torch torch) {
        this.torch = torch;
        manager = torch.newManager();
    }

    /**
     * Takes the bytes of tensors as they are now. Waits for the device once. What was taken before is lost.
     *
     * @param tensors the same number, shapes and types every time; they stay open as long as this
     */
    public void take(List<NDArray> tensors) {
        parts = List.of();
        if (torch.transfer().isDirect()) {
            parts = tensors.stream()
                    .map(tensor -> new Part(HostMemory.of(tensor), true))
                    .toList();
            return;
        }
        if (room.isEmpty()) {
            room = HostMemory.pieces(
                    torch.ops(), tensors.stream().map(NDArray::getShape).toList(), DataType.FLOAT32, manager);
        }
        torch.transfer().copyAndWait(room, tensors);
        parts = room.stream()
                .map(piece -> new Part(HostMemory.of(piece), false))
                .toList();
    }

    /** To be called by the thread that trains before it changes what was taken. Costs nothing when all was written. */
    public void beforeChange() {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            synchronized (part) {
                if (part.borrowed && !part.read) {
                    // Engine memory, which the JVM's limit for buffers does not count.
                    ByteBuffer copy = copies.computeIfAbsent(i, place -> copy(part.source.capacity()));
                    copy.put(0, part.source, 0, part.source.capacity());
                    part.source = copy;
                }
                part.borrowed = false;
            }
        }
    }

    /** Forgets what was taken; reading it fails. */
    public void drop() {
        for (Part part : parts) {
            synchronized (part) {
                part.source = ByteBuffer.allocate(0);
                part.borrowed = false;
                part.dropped = true;
            }
        }
    }

    /**
     * Hands out the bytes of one tensor, in native order. Once, on any thread.
     *
     * @throws IOException when what was taken was dropped, also in between
     */
    public void read(int place, Sink sink) throws IOException {
        Part part = parts.get(place);
        for (int from = 0; ; from += PIECE_BYTES) {
            synchronized (part) {
                if (part.dropped) {
                    throw new IOException("What was taken is no longer in memory");
                }
                int size = part.source.capacity();
                if (from >= size) {
                    part.read = true;
                    return;
                }
                sink.accept(part.source
                        .slice(from, Math.min(PIECE_BYTES, size - from))
                        .order(part.source.order()));
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private ByteBuffer copy(int bytes) {
        NDArray memory = manager.create(new Shape(bytes), DataType.UINT8);
        Scopes.release(memory);
        return HostMemory.of(memory);
    }
}
