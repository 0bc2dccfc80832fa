package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Transfer;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.crvqa.vqa.tensorfile.TensorEntry;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * A training state as it lies on disk: one safetensors file, tensors as they were in memory, numbers in the header's
 * metadata, reals in Java's hexadecimal notation, which keeps every bit.
 */
final class StoredState implements AutoCloseable {
    static final String FILE = "state.safetensors";

    private final SafetensorsReader reader;

    private StoredState(SafetensorsReader reader) {
        this.reader = reader;
    }

    /** @throws UnusableStateException when the file is missing or malformed */
    static StoredState open(Map<String, Path> files) {
        Path file = files.get(FILE);
        if (file == null) {
            throw new UnusableStateException("A training state has no " + FILE + " among " + files.keySet());
        }
        try {
            return new StoredState(SafetensorsReader.open(file));
        } catch (InvalidInputException e) {
            throw new UnusableStateException(e.getMessage(), e);
        }
    }

    /**
     * Restores what {@code parts} shows, once it is clear that all of it is there and nothing else.
     *
     * @throws UnusableStateException when the state is not one of this task; nothing was changed then
     */
    void restore(Transfer transfer, Consumer<StateFields> parts) {
        Check check = new Check();
        parts.accept(check);
        check.finish();
        parts.accept(new Restore(transfer));
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Changes nothing, but finds what does not fit. */
    private final class Check implements StateFields {
        private final Set<String> tensors = new HashSet<>();
        private final Set<String> numbers = new HashSet<>();

        @Override
        public void floats(String name, NDArray tensor) {
            tensor(TensorDeclaration.f32(name, tensor.size()));
        }

        @Override
        public void flags(String name, NDArray tensor) {
            tensor(TensorDeclaration.bool(name, tensor.size()));
        }

        @Override
        public void integers(String name, NDArray tensor) {
            tensor(TensorDeclaration.of(name, TensorType.I64, tensor.size()));
        }

        @Override
        public void bytes(String name, byte[] values) {
            tensor(TensorDeclaration.of(name, TensorType.U8, values.length));
        }

        @Override
        public long number(String name, long value) {
            numbers.add(name);
            parse(name, Long::parseLong);
            return value;
        }

        @Override
        public double real(String name, double value) {
            numbers.add(name);
            parse(name, Double::parseDouble);
            return value;
        }

        @Override
        public boolean restores() {
            return false;
        }

        void finish() {
            for (TensorEntry entry : reader.tensors()) {
                require(tensors.contains(entry.name()), "has a tensor " + entry.name() + ", which nothing here trains");
            }
            for (String name : reader.metadata().keySet()) {
                require(numbers.contains(name), "has a number " + name + ", which nothing here counts");
            }
        }

        private void tensor(TensorDeclaration expected) {
            tensors.add(expected.name());
            TensorEntry found = reader.find(expected.name()).orElse(null);
            require(found != null, "has no tensor " + expected.name());
            require(found.declaration().equals(expected), "has " + found.declaration() + ", expected " + expected);
        }

        private void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new UnusableStateException("The training state " + reader.file() + " " + otherwise);
            }
        }
    }

    private final class Restore implements StateFields {
        private final Transfer transfer;

        private Restore(Transfer transfer) {
            this.transfer = transfer;
        }

        @Override
        public void floats(String name, NDArray tensor) {
            transfer.fill(tensor, memory -> reader.copyFloats(name, memory));
        }

        @Override
        public void flags(String name, NDArray tensor) {
            transfer.set(tensor, reader.booleans(name));
        }

        @Override
        public void integers(String name, NDArray tensor) {
            transfer.set(tensor, reader.longs(name));
        }

        @Override
        public void bytes(String name, byte[] values) {
            ByteBuffer.wrap(values).put(reader.unsignedBytes(name));
        }

        @Override
        public long number(String name, long value) {
            return parse(name, Long::parseLong);
        }

        @Override
        public double real(String name, double value) {
            return parse(name, Double::parseDouble);
        }

        @Override
        public boolean restores() {
            return true;
        }
    }

    private <T> T parse(String name, Function<String, T> parser) {
        String text = reader.metadata().get(name);
        if (text == null) {
            throw new UnusableStateException("The training state " + reader.file() + " has no number " + name);
        }
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw new UnusableStateException(
                    "The training state " + reader.file() + " has " + name + " = " + text + ", expected a number", e);
        }
    }
}
