package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sorting on the device against counting bits in Java: the same cut to the index, whatever the values. */
class SelectionTest {
    private static final float[] SPECIAL = {
        0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_VALUE, 1f, -1f
    };

    private final Torch torch = TestDevice.torch();
    private final NDManager manager = torch.newManager();
    private final Selection counting = new Selection.Radix(torch);
    private final Selection sorting = new Selection.Sort(torch);

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void cut_anyValuesWithTies_isTheSameBothWays(long seed) {
        Random random = new Random(seed);
        List<NDArray> tensors = new ArrayList<>();
        int[] zeros = new int[12];
        for (int i = 0; i < zeros.length; i++) {
            float[] values = values(random, 1 + random.nextInt(200));
            tensors.add(manager.create(values));
            // NaN comes last; a cut among NaN would part nothing.
            int numbers = values.length - nans(values);
            zeros[i] = i == 0 ? 0 : i == 1 ? numbers : random.nextInt(numbers + 1);
        }
        Cuts counted = new Cuts(torch, tensors, manager);
        Cuts sorted = new Cuts(torch, tensors, manager);
        counting.cut(tensors, zeros, counted);
        sorting.cut(tensors, zeros, sorted);
        for (int i = 0; i < zeros.length; i++) {
            assertThat(sorted.get(i)).as("tensor %d, %d zeros", i, zeros[i]).isEqualTo(counted.get(i));
            byte[] kept = kept(sorted, tensors, i);
            assertThat(kept).isEqualTo(kept(counted, tensors, i));
            int dropped = 0;
            for (byte stays : kept) {
                dropped += 1 - stays;
            }
            // NaN is above no cut.
            assertThat(dropped).isEqualTo(zeros[i] + nans(torch.transfer().floats(tensors.get(i))));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void groups_anyValuesWithTies_areTheSameBothWays(long seed) {
        Random random = new Random(seed);
        NmGroups groups = new NmGroups(1 + random.nextInt(3), 4);
        List<NDArray> tensors = List.of(manager.create(finite(random, 4 * 37)));
        List<NDArray> counted = List.of(manager.zeros(tensors.get(0).getShape(), DataType.BOOLEAN));
        List<NDArray> sorted = List.of(manager.zeros(tensors.get(0).getShape(), DataType.BOOLEAN));
        counting.groups(tensors, groups, counted);
        sorting.groups(tensors, groups, sorted);
        assertThat(torch.transfer().flags(sorted.get(0)))
                .isEqualTo(torch.transfer().flags(counted.get(0)));
    }

    @Test
    void sorting_anyTensors_waitsForNothing() {
        List<NDArray> tensors = List.of(manager.create(new float[] {3, 1, 2, 1}));
        Cuts cuts = new Cuts(torch, tensors, manager);
        long before = torch.transfer().waits();
        sorting.cut(tensors, new int[] {1}, cuts);
        assertThat(torch.transfer().waits()).isEqualTo(before);
        assertThat(kept(cuts, tensors, 0)).containsExactly(1, 0, 1, 1);
    }

    private byte[] kept(Cuts cuts, List<NDArray> tensors, int place) {
        return torch.transfer()
                .flags(torch.ops()
                        .above(
                                tensors.get(place),
                                cuts.values().get(place),
                                cuts.after().get(place),
                                manager));
    }

    private static int nans(float[] values) {
        int count = 0;
        for (float value : values) {
            count += Float.isNaN(value) ? 1 : 0;
        }
        return count;
    }

    private static float[] values(Random random, int n) {
        float[] values = finite(random, n);
        for (int i = 0; i < n; i++) {
            if (random.nextInt(4) == 0) {
                values[i] = SPECIAL[random.nextInt(SPECIAL.length)];
            }
        }
        return values;
    }

    /** Few different ones, so that ties are common. */
    private static float[] finite(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextInt(9) / 4f - 1;
        }
        return values;
    }
}
