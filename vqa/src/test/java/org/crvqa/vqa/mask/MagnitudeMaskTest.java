package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MagnitudeMaskTest {
    @Test
    void of_distinctMagnitudes_dropsTheSmallest() {
        FloatBuffer weights = FloatBuffer.wrap(new float[] {-5, 1, -2, 4, 3, 0.5f, -6, 7, 8, -9});
        assertThat(MagnitudeMask.of(weights, 0.3)).containsExactly(1, 0, 0, 1, 1, 0, 1, 1, 1, 1);
    }

    @Test
    void of_sparsityZero_keepsEverything() {
        assertThat(MagnitudeMask.of(FloatBuffer.wrap(new float[] {3, -1, 2}), 0))
                .containsExactly(1, 1, 1);
    }

    @Test
    void of_tiesWithTheLimit_dropTheSmallestIndicesFirst() {
        FloatBuffer weights = FloatBuffer.wrap(new float[] {2, 1, -1, 1, 0.5f, -1, 3, 1});
        assertThat(MagnitudeMask.dropping(weights, 3)).containsExactly(1, 0, 0, 1, 0, 1, 1, 1);
        assertThat(MagnitudeMask.dropping(weights, 5)).containsExactly(1, 0, 0, 0, 0, 0, 1, 1);
        assertThat(MagnitudeMask.dropping(weights, 6)).containsExactly(1, 0, 0, 0, 0, 0, 1, 0);
        assertThat(MagnitudeMask.dropping(weights, 0)).containsOnly(1);
        assertThat(MagnitudeMask.dropping(weights, 8)).containsOnly(0);
    }

    @Test
    void of_negativeZeroAndZero_areEqual() {
        assertThat(MagnitudeMask.dropping(FloatBuffer.wrap(new float[] {0f, -0f, 0f, -0f, 1}), 2))
                .containsExactly(0, 0, 1, 1, 1);
    }

    @Test
    void of_anyTies_dropsExactlyTheFirstOfAStableSort() {
        Random random = new Random(11);
        for (int round = 0; round < 60; round++) {
            float[] weights = new float[1 + random.nextInt(10_000)];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = round % 3 == 0 ? 0.02f : random.nextInt(5) - 2;
            }
            int zeros = random.nextInt(weights.length + 1);
            byte[] expected = new byte[weights.length];
            Arrays.fill(expected, (byte) 1);
            IntStream.range(0, weights.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> Math.abs(weights[i])))
                    .limit(zeros)
                    .forEach(i -> expected[i] = 0);
            assertThat(MagnitudeMask.dropping(FloatBuffer.wrap(weights), zeros)).isEqualTo(expected);
        }
    }

    @Test
    void zeros_productBelowAnInteger_isCutAsInPython() {
        assertThat(SparsityRates.zeros(100, 0.29)).isEqualTo(28); // int(100 * 0.29) in Python
        assertThat(SparsityRates.zeros(10, 0.7)).isEqualTo(7);
        assertThat(SparsityRates.zeros(10, 0.05)).isEqualTo(1);
        assertThat(SparsityRates.zeros(10, 0)).isZero();
    }
}
