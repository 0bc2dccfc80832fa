package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Checkpoints.StateFiles;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Transfer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state in memory and on disk, down to the bit. */
class StateMemoryTest {
    private static final int SIZE = 100_000;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private ArtifactDraft draft;
    private ResultFiles results;
    private StateMemory memory;

    /** Something that training changes. */
    private static final class Part implements Consumer<StateFields> {
        private static final Torch TORCH = TestDevice.torch();
        private static final NDManager MANAGER = TORCH.newManager();

        final NDArray floats = MANAGER.zeros(new Shape(SIZE));
        final NDArray flags = MANAGER.zeros(new Shape(SIZE), DataType.BOOLEAN);
        final NDArray integers = MANAGER.zeros(new Shape(3), DataType.INT64);
        final byte[] bytes = new byte[SIZE];
        long number;
        double real;

        /** Any bits, so also NaN of every kind, denormal and infinite values, and both zeros. */
        static Part random(long seed) {
            Random random = new Random(seed);
            Part part = new Part();
            int[] special = {0x7fa00001, 0xffc12345, 0x00000001, 0x807fffff, 0x7f800000, 0x80000000};
            byte[] flags = new byte[SIZE];
            TORCH.transfer().fill(part.floats, memory -> {
                for (int i = 0; i < SIZE; i++) {
                    memory.put(i, Float.intBitsToFloat(i < special.length ? special[i] : random.nextInt()));
                }
            });
            for (int i = 0; i < SIZE; i++) {
                flags[i] = (byte) random.nextInt(2);
            }
            TORCH.transfer().set(part.flags, flags);
            TORCH.transfer().set(part.integers, new long[] {random.nextLong(), -1, Long.MIN_VALUE});
            random.nextBytes(part.bytes);
            part.number = random.nextLong();
            part.real = random.nextGaussian() * Double.MIN_VALUE * (1L << 40);
            return part;
        }

        void change() {
            TORCH.transfer().edit(floats, memory -> memory.put(0, 5).put(SIZE - 1, 5));
            TORCH.transfer().set(integers, new long[] {1, 2, 3});
            bytes[0]++;
            number++;
        }

        @Override
        public void accept(StateFields fields) {
            fields.floats("floats", floats);
            fields.flags("flags", flags);
            fields.integers("integers", integers);
            fields.bytes("bytes", bytes);
            number = fields.number("number", number);
            real = fields.real("real", real);
        }

        void assertHolds(Part other) {
            int[] found = new int[SIZE];
            int[] expected = new int[SIZE];
            FloatBuffer these = TORCH.transfer().view(floats);
            FloatBuffer those = TORCH.transfer().view(other.floats);
            for (int i = 0; i < SIZE; i++) {
                found[i] = Float.floatToRawIntBits(these.get(i));
                expected[i] = Float.floatToRawIntBits(those.get(i));
            }
            assertThat(found).isEqualTo(expected);
            assertThat(TORCH.transfer().flags(flags)).isEqualTo(TORCH.transfer().flags(other.flags));
            assertThat(TORCH.transfer().longs(integers))
                    .isEqualTo(TORCH.transfer().longs(other.integers));
            assertThat(bytes).isEqualTo(other.bytes);
            assertThat(number).isEqualTo(other.number);
            assertThat(Double.doubleToRawLongBits(real)).isEqualTo(Double.doubleToRawLongBits(other.real));
        }
    }

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        draft = runs.repository().draft(TaskSpec.getDefaultInstance());
        results = new ResultFiles(draft);
        memory = new StateMemory(TestDevice.torch());
    }

    @AfterEach
    void close() {
        memory.close();
        draft.close();
        runs.close();
    }

    @Test
    void write_anyBits_areRestoredAsTheyWere() throws IOException {
        Part saved = Part.random(1);
        Map<String, Path> files = write(memory.capture(saved, results), "first");
        Part restored = new Part();
        try (StoredState state = StoredState.open(files)) {
            state.restore(TestDevice.torch().transfer(), restored);
        }
        restored.assertHolds(saved);
    }

    @Test
    void write_afterEverythingChanged_writesWhatWasCaptured() throws IOException {
        Part part = Part.random(1);
        Files.writeString(draft.file(Inputs.HEAD), "best");
        StateFiles captured = memory.capture(part, results);
        memory.beforeChange();
        part.change();
        Files.writeString(draft.file("better"), "better");
        Files.move(draft.file("better"), draft.file(Inputs.HEAD), StandardCopyOption.REPLACE_EXISTING);
        Map<String, Path> files = write(captured, "first");
        try (StoredState state = StoredState.open(files)) {
            state.restore(TestDevice.torch().transfer(), part);
        }
        part.assertHolds(Part.random(1));
        results.restore(files);
        assertThat(draft.file(Inputs.HEAD)).hasContent("best");
    }

    @Test
    void write_afterSomeOfItWasWrittenAndTheRestChanged_writesWhatWasCaptured() throws Exception {
        Part part = Part.random(1);
        StateFiles captured = memory.capture(part, results);
        CompletableFuture<Map<String, Path>> written = CompletableFuture.supplyAsync(() -> {
            try {
                return write(captured, "first");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        memory.beforeChange();
        part.change();
        Part restored = new Part();
        try (StoredState state = StoredState.open(written.join())) {
            state.restore(TestDevice.torch().transfer(), restored);
        }
        restored.assertHolds(Part.random(1));
    }

    @Test
    void capture_afterOneThatFailedHalfWay_worksAgain() throws IOException {
        Part part = Part.random(1);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> memory.capture(
                        fields -> {
                            fields.floats("floats", part.floats);
                            throw new IllegalStateException("no memory for the rest");
                        },
                        results));
        Part restored = new Part();
        try (StoredState state = StoredState.open(write(memory.capture(part, results), "second"))) {
            state.restore(TestDevice.torch().transfer(), restored);
        }
        restored.assertHolds(Part.random(1));
    }

    @Test
    void capture_anyState_waitsForTheDeviceOnceForAllFloats() {
        Part part = Part.random(1);
        Transfer transfer = TestDevice.torch().transfer();
        long before = transfer.waits();
        memory.capture(
                fields -> {
                    fields.floats("one", part.floats);
                    fields.floats("two", part.floats);
                    fields.number("steps", 1);
                },
                results);
        assertThat(transfer.waits() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void write_thatFails_keepsNothingOfTheState() throws IOException {
        Part part = Part.random(1);
        StateFiles captured = memory.capture(part, results);
        Path nowhere = folder.resolve("missing").resolve("folder");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> captured.write(nowhere));
        memory.beforeChange();
        part.change();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write(captured, "again"));
    }

    @Test
    void write_ofAStateThatAnotherReplaced_isRefused() throws IOException {
        StateFiles first = memory.capture(Part.random(1), results);
        StateFiles second = memory.capture(Part.random(2), results);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> write(first, "first"));
        Part restored = new Part();
        try (StoredState state = StoredState.open(write(second, "second"))) {
            state.restore(TestDevice.torch().transfer(), restored);
        }
        restored.assertHolds(Part.random(2));
    }

    @Test
    void write_afterTheTaskEnded_isRefused() {
        StateFiles captured = memory.capture(Part.random(1), results);
        memory.close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> write(captured, "late"))
                .withMessageContaining("has ended");
    }

    @Test
    void restore_oneFieldMore_isRefusedAndChangesNothing() throws IOException {
        Map<String, Path> files = write(memory.capture(Part.random(1), results), "first");
        Part part = Part.random(2);
        byte[] more = new byte[1];
        try (StoredState state = StoredState.open(files)) {
            assertThatExceptionOfType(UnusableStateException.class)
                    .isThrownBy(() -> state.restore(TestDevice.torch().transfer(), fields -> {
                        part.accept(fields);
                        fields.bytes("more", more);
                    }))
                    .withMessageContaining("has no tensor more");
            assertThatExceptionOfType(UnusableStateException.class)
                    .isThrownBy(() -> state.restore(
                            TestDevice.torch().transfer(), fields -> fields.floats("floats", part.floats)))
                    .withMessageContaining("which nothing here trains");
        }
        part.assertHolds(Part.random(2));
    }

    @Test
    void open_aFileThatIsNoState_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("broken"), "not safetensors at all");
        assertThatExceptionOfType(UnusableStateException.class)
                .isThrownBy(() -> StoredState.open(Map.of(StoredState.FILE, file)));
    }

    private Map<String, Path> write(StateFiles captured, String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        captured.write(target);
        try (var files = Files.list(target)) {
            return files.collect(Collectors.toMap(file -> file.getFileName().toString(), file -> file));
        }
    }
}
