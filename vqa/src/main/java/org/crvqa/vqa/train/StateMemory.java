package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.crvqa.artifacts.Checkpoints.StateFiles;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Snapshot;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * One training state as it was at one moment, on its way to disk: {@link Snapshot} says what that costs. Captured by the
 * thread that trains, written by another; closing waits for a state that is being written.
 */
final class StateMemory implements AutoCloseable {
    private final Torch torch;
    private final Snapshot snapshot;
    /** Held while a state is captured or written. */
    private final Object writing = new Object();

    private State state = State.NOTHING;
    private final AtomicInteger generation = new AtomicInteger();
    private boolean closed;

    /** What is written, in this order: first tensors, of which the snapshot has the bytes, then what is kept here. */
    private record State(
            List<TensorDeclaration> tensors,
            Map<TensorDeclaration, byte[]> arrays,
            Map<String, String> numbers,
            ResultFiles.Held results) {
        static final State NOTHING = new State(List.of(), Map.of(), Map.of(), ResultFiles.Held.NOTHING);
    }

    StateMemory(Torch torch) {
        this.torch = torch;
        this.snapshot = new Snapshot(torch);
    }

    /**
     * Takes what {@code parts} shows and holds on to the result's files as they are now. The copy that the result writes
     * is this one or none: it is lost when another is captured before it is written. A capture that fails leaves nothing
     * behind that would disturb the next.
     */
    StateFiles capture(Consumer<StateFields> parts, ResultFiles resultFiles) {
        synchronized (writing) {
            int captured = generation.incrementAndGet();
            forget();
            Copy copy = new Copy();
            parts.accept(copy);
            state = new State(copy.declarations, copy.arrays, copy.numbers, resultFiles.hold());
            snapshot.take(copy.tensors);
            return folder -> write(captured, folder);
        }
    }

    /**
     * To be called before what was captured changes. When there is no memory for what has not been written yet, the state
     * is lost and training goes on.
     */
    void beforeChange() {
        try {
            snapshot.beforeChange();
        } catch (RuntimeException | OutOfMemoryError e) {
            generation.incrementAndGet();
            snapshot.drop();
            System.getLogger(StateMemory.class.getName())
                    .log(System.Logger.Level.WARNING, "No memory for a copy of the training state, which is lost", e);
        }
    }

    private void write(int captured, Path folder) throws IOException {
        synchronized (writing) {
            try {
                writeCurrent(captured, folder);
            } finally {
                // Written or not: nothing is copied for it any more, and what is small need not be kept.
                if (captured == generation.get()) {
                    generation.incrementAndGet();
                    snapshot.drop();
                    forget();
                }
            }
        }
    }

    private void forget() {
        state.results().close();
        state = State.NOTHING;
    }

    private void writeCurrent(int captured, Path folder) throws IOException {
        requireCurrent(captured);
        List<TensorDeclaration> declarations = new ArrayList<>(state.tensors());
        declarations.addAll(state.arrays().keySet());
        Path file = folder.resolve(StoredState.FILE);
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations, state.numbers())) {
            for (int i = 0; i < state.tensors().size(); i++) {
                String name = state.tensors().get(i).name();
                snapshot.read(i, bytes -> {
                    requireCurrent(captured);
                    writer.writeFloats(name, bytes);
                });
            }
            for (Map.Entry<TensorDeclaration, byte[]> array : state.arrays().entrySet()) {
                write(writer, array.getKey(), array.getValue());
            }
            requireCurrent(captured);
            writer.commit();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        state.results().write(folder);
    }

    private static void write(SafetensorsWriter writer, TensorDeclaration declaration, byte[] bytes) {
        writer.writeStored(declaration.name(), declaration.type(), ByteBuffer.wrap(bytes));
    }

    private void requireCurrent(int captured) throws IOException {
        if (closed || captured != generation.get()) {
            throw new IOException("The state is no longer in memory: the task has ended or saved another one");
        }
    }

    @Override
    public void close() {
        synchronized (writing) {
            closed = true;
            forget();
            snapshot.close();
        }
    }

    /** Lists what it is shown; copies what is small. */
    private final class Copy implements StateFields {
        private final List<NDArray> tensors = new ArrayList<>();
        private final List<TensorDeclaration> declarations = new ArrayList<>();
        private final Map<TensorDeclaration, byte[]> arrays = new LinkedHashMap<>();
        private final Map<String, String> numbers = new LinkedHashMap<>();

        @Override
        public void floats(String name, NDArray tensor) {
            tensors.add(tensor);
            declarations.add(TensorDeclaration.f32(name, tensor.size()));
        }

        @Override
        public void flags(String name, NDArray tensor) {
            byte[] values = torch.transfer().flags(tensor);
            arrays.put(TensorDeclaration.bool(name, values.length), values);
        }

        @Override
        public void integers(String name, NDArray tensor) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.size() * Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(torch.transfer().longs(tensor));
            arrays.put(TensorDeclaration.of(name, TensorType.I64, tensor.size()), bytes.array());
        }

        @Override
        public void bytes(String name, byte[] values) {
            arrays.put(TensorDeclaration.of(name, TensorType.U8, values.length), values.clone());
        }

        @Override
        public long number(String name, long value) {
            numbers.put(name, Long.toString(value));
            return value;
        }

        @Override
        public double real(String name, double value) {
            numbers.put(name, Double.toHexString(value));
            return value;
        }

        @Override
        public boolean restores() {
            return false;
        }
    }
}
