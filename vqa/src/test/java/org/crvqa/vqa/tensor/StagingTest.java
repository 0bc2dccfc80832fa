package org.crvqa.vqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import org.crvqa.vqa.TestDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Java writes into the tensors' own memory, and where it writes beside them as for a GPU. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class StagingTest {
    private final Torch torch = TestDevice.torch();
    private final boolean direct = torch.transfer().isDirect();
    private final boolean copies;
    private final NDManager manager = torch.newManager();
    private Staging staging;

    StagingTest(boolean copies) {
        this.copies = copies;
    }

    @BeforeEach
    void open() {
        torch.transfer().copyEverything(copies);
        staging = new Staging(
                torch,
                List.of(
                        new Staging.Part(DataType.FLOAT32, new Shape(3, 2)),
                        new Staging.Part(DataType.INT64, new Shape(2)),
                        new Staging.Part(DataType.FLOAT32, new Shape(65)),
                        new Staging.Part(DataType.FLOAT16, new Shape(2, 2)),
                        new Staging.Part(DataType.FLOAT32, new Shape(1))),
                manager);
    }

    @AfterEach
    void close() {
        manager.close();
        torch.transfer().copyEverything(!direct);
    }

    @Test
    void tensors_beforeAnythingWasSent_areZerosOfTheirShapesAndTypes() {
        assertThat(staging.tensors().stream().map(NDArray::getShape))
                .containsExactly(new Shape(3, 2), new Shape(2), new Shape(65), new Shape(2, 2), new Shape(1));
        assertThat(staging.tensors().get(3).getDataType()).isEqualTo(DataType.FLOAT16);
        assertThat(floats(2)).hasSize(65).containsOnly(0f);
        assertThat(staging.buffers().stream().map(ByteBuffer::capacity)).containsExactly(24, 16, 260, 8, 4);
    }

    @Test
    void send_afterFilling_putsEveryPartIntoItsTensorEveryTime() {
        for (int round = 1; round <= 3; round++) {
            fill(round);
            staging.send();
            assertThat(floats(0)).containsExactly(round, round + 1, round + 2, round + 3, round + 4, round + 5);
            assertThat(torch.transfer().longs(staging.tensors().get(1))).containsExactly(-round, 1L << 40);
            assertThat(floats(2)).hasSize(65).containsOnly(round * 10f);
            assertThat(half()).containsExactly(1f, -2f, 0.5f, 0f);
            assertThat(floats(4)).containsExactly(round * 100f);
        }
    }

    @Test
    void send_fillingGoesOnAfterwards_changesTensorsOnlyWhereTheyAreDirect() {
        fill(1);
        staging.send();
        fill(2);
        assertThat(floats(4)).containsExactly(torch.transfer().isDirect() ? 200f : 100f);
        staging.send();
        assertThat(floats(4)).containsExactly(200f);
    }

    @Test
    void send_anyNumberOfTimes_keepsTheNumberOfTensorsAndWaitsForNothing() {
        fill(1);
        staging.send();
        int held = manager.getParentManager().getManagedArrays().size();
        long waits = torch.transfer().waits();
        for (int i = 0; i < 4; i++) {
            fill(i);
            staging.send();
        }
        assertThat(torch.transfer().waits()).isEqualTo(waits);
        assertThat(manager.getParentManager().getManagedArrays()).hasSize(held);
    }

    private void fill(int round) {
        List<ByteBuffer> memory = staging.buffers();
        for (int i = 0; i < 6; i++) {
            memory.get(0).asFloatBuffer().put(i, round + i);
        }
        memory.get(1).asLongBuffer().put(0, new long[] {-round, 1L << 40});
        for (int i = 0; i < 65; i++) {
            memory.get(2).asFloatBuffer().put(i, round * 10);
        }
        memory.get(3).asShortBuffer().put(0, new short[] {0x3c00, (short) 0xc000, 0x3800, 0});
        memory.get(4).asFloatBuffer().put(0, round * 100);
    }

    private float[] floats(int place) {
        return torch.transfer().floats(staging.tensors().get(place));
    }

    private float[] half() {
        try (NDArray floats = staging.tensors().get(3).toType(DataType.FLOAT32, true)) {
            return torch.transfer().floats(floats);
        }
    }
}
