package org.crvqa.vqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.crvqa.vqa.TestDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Java sees the tensors' own memory, and where everything is copied as from a GPU. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class SnapshotTest {
    /** More than one piece of what is handed out at once. */
    private static final int LARGE = 3_000_000;

    private final Torch torch = TestDevice.torch();
    private final boolean direct = torch.transfer().isDirect();
    private final boolean copies;
    private final NDManager manager = torch.newManager();
    private final List<NDArray> tensors = List.of(manager.zeros(new Shape(5)), manager.zeros(new Shape(LARGE)));
    private Snapshot snapshot;

    SnapshotTest(boolean copies) {
        this.copies = copies;
    }

    @BeforeEach
    void open() {
        torch.transfer().copyEverything(copies);
        snapshot = new Snapshot(torch);
        set(1);
    }

    @AfterEach
    void close() {
        snapshot.close();
        manager.close();
        torch.transfer().copyEverything(!direct);
    }

    @Test
    void read_nothingChanged_givesWhatWasTaken() throws IOException {
        snapshot.take(tensors);
        assertThat(read(0)).hasSize(5).containsOnly(1);
        assertOnly(read(1), 1);
    }

    @Test
    void read_allChangedBefore_givesWhatWasTaken() throws IOException {
        snapshot.take(tensors);
        snapshot.beforeChange();
        set(2);
        assertThat(read(0)).hasSize(5).containsOnly(1);
        assertOnly(read(1), 1);
    }

    @Test
    void read_changedBetweenPieces_givesWhatWasTaken() throws IOException {
        snapshot.take(tensors);
        List<Float> found = new ArrayList<>();
        snapshot.read(1, bytes -> {
            found.add(bytes.asFloatBuffer().get(0));
            snapshot.beforeChange();
            set(2);
        });
        assertThat(found).hasSize(2).containsOnly(1f);
    }

    @Test
    void read_whileAnotherThreadTrains_givesWhatWasTaken() throws Exception {
        snapshot.take(tensors);
        CountDownLatch begun = new CountDownLatch(1);
        Thread training = new Thread(() -> {
            awaitBegin(begun);
            for (int value = 2; value < 12; value++) {
                snapshot.beforeChange();
                set(value);
            }
        });
        training.start();
        float[] found = new float[LARGE];
        int[] at = {0};
        snapshot.read(1, bytes -> {
            begun.countDown();
            int count = bytes.asFloatBuffer().remaining();
            bytes.asFloatBuffer().get(found, at[0], count);
            at[0] += count;
        });
        training.join();
        assertOnly(found, 1);
        assertThat(at[0]).isEqualTo(LARGE);
    }

    @Test
    void take_again_givesTheNewValues() throws IOException {
        snapshot.take(tensors);
        snapshot.beforeChange();
        set(2);
        snapshot.take(tensors);
        snapshot.beforeChange();
        set(3);
        assertThat(read(0)).hasSize(5).containsOnly(2);
        assertOnly(read(1), 2);
    }

    @Test
    void beforeChange_afterAllWasRead_copiesNothing() throws IOException {
        snapshot.take(tensors);
        read(0);
        read(1);
        int before = held();
        snapshot.beforeChange();
        assertThat(held()).isEqualTo(before);
        snapshot.take(tensors);
        snapshot.beforeChange();
        assertThat(held()).isEqualTo(before + (torch.transfer().isDirect() ? tensors.size() : 0));
    }

    @Test
    void read_dropped_failsAtOnceAndInBetween() throws IOException {
        snapshot.take(tensors);
        int[] pieces = {0};
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> snapshot.read(1, bytes -> {
                    pieces[0]++;
                    snapshot.drop();
                }));
        assertThat(pieces[0]).isEqualTo(1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(0))
                .withMessageContaining("no longer in memory");
        snapshot.take(tensors);
        assertThat(read(0)).hasSize(5).containsOnly(1);
    }

    @Test
    void take_anyTensors_waitsOnceWhereTheyAreCopied() {
        long before = torch.transfer().waits();
        snapshot.take(tensors);
        assertThat(torch.transfer().waits() - before).isEqualTo(torch.transfer().isDirect() ? 0 : 1);
    }

    /** Tensors of the process. */
    private int held() {
        return manager.getParentManager().getManagedArrays().size();
    }

    private void set(float value) {
        for (NDArray tensor : tensors) {
            torch.transfer().fill(tensor, memory -> {
                for (int i = 0; i < memory.capacity(); i++) {
                    memory.put(i, value);
                }
            });
        }
    }

    private static void awaitBegin(CountDownLatch begun) {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private float[] read(int place) throws IOException {
        float[] values = new float[(int) tensors.get(place).size()];
        int[] at = {0};
        snapshot.read(place, bytes -> {
            int count = bytes.asFloatBuffer().remaining();
            bytes.asFloatBuffer().get(values, at[0], count);
            at[0] += count;
        });
        return Arrays.copyOf(values, at[0]);
    }

    private static void assertOnly(float[] values, float expected) {
        assertThat(values).hasSize(LARGE);
        for (float value : values) {
            if (value != expected) {
                assertThat(value).isEqualTo(expected);
            }
        }
    }
}
