package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.crvqa.artifacts.Checkpoints.StateFiles;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.optim.TensorMemory;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * Room for one training state outside the heap, made by the first and used again by every later one: training stands
 * still for a copy from memory to memory. Captured by the thread that trains, written by another; neither sees the other
 * half done, and closing waits for a state that is being written.
 */
final class StateMemory implements AutoCloseable {
    private final NDManager manager;
    private final List<Field> fields = new ArrayList<>();
    private final Map<String, String> numbers = new LinkedHashMap<>();
    private ResultFiles.Held results = ResultFiles.Held.NOTHING;
    private int generation;
    private boolean closed;

    private record Field(TensorDeclaration declaration, ByteBuffer memory) {}

    StateMemory(Torch torch) {
        manager = torch.newManager();
    }

    /**
     * Copies what {@code parts} shows and holds on to the result's files as they are now. The copy that the result writes
     * is this one or none: it is lost when another is captured before it is written.
     */
    synchronized StateFiles capture(Consumer<StateFields> parts, ResultFiles resultFiles) {
        generation++;
        results.close();
        results = resultFiles.hold();
        numbers.clear();
        Copy copy = new Copy();
        parts.accept(copy);
        if (copy.next != fields.size()) {
            throw new IllegalStateException("The state had " + fields.size() + " tensors, now it has " + copy.next);
        }
        int captured = generation;
        return folder -> write(captured, folder);
    }

    private synchronized void write(int captured, Path folder) throws IOException {
        if (closed || captured != generation) {
            throw new IOException("The state is no longer in memory: the task has ended or saved another one");
        }
        List<TensorDeclaration> declarations =
                fields.stream().map(Field::declaration).toList();
        Path file = folder.resolve(StoredState.FILE);
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations, numbers)) {
            for (Field field : fields) {
                ByteBuffer bytes = field.memory().duplicate();
                String name = field.declaration().name();
                if (field.declaration().type() == TensorType.F32) {
                    writer.writeFloats(name, bytes);
                } else {
                    writer.writeBytes(name, bytes);
                }
            }
            writer.commit();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        results.write(folder);
    }

    @Override
    public synchronized void close() {
        closed = true;
        results.close();
        manager.close();
    }

    /** Into the fields of the first walk, in its order. */
    private final class Copy implements StateFields {
        private int next;

        @Override
        public void floats(String name, FloatBuffer values) {
            memory(TensorDeclaration.f32(name, values.capacity()))
                    .asFloatBuffer()
                    .put(0, values, 0, values.capacity());
        }

        @Override
        public void bytes(String name, byte[] values) {
            memory(TensorDeclaration.of(name, TensorType.U8, values.length)).put(0, values);
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

        private ByteBuffer memory(TensorDeclaration declaration) {
            if (generation == 1) {
                NDArray room = manager.create(new Shape(declaration.byteLength()), DataType.UINT8);
                fields.add(new Field(declaration, TensorMemory.bytes(room, DataType.UINT8)));
            }
            Field field = fields.get(next++);
            if (!field.declaration().equals(declaration)) {
                throw new IllegalStateException("Expected " + field.declaration() + " but found " + declaration);
            }
            return field.memory();
        }
    }
}
