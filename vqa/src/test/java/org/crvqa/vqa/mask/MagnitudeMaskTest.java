package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class MagnitudeMaskTest {
    @Test
    void of_distinctMagnitudes_dropsTheSmallest() {
        FloatBuffer weights = FloatBuffer.wrap(new float[] {-5, 1, -2, 4, 3, 0.5f, -6, 7, 8, -9});
        assertThat(MagnitudeMask.of(weights, 0.3)).containsExactly(1, 0, 0, 1, 1, 0, 1, 1, 1, 1);
    }

    @Test
    void of_sparsityZero_stillDropsOne() {
        assertThat(MagnitudeMask.of(FloatBuffer.wrap(new float[] {3, -1, 2}), 0))
                .containsExactly(1, 0, 1);
    }

    @Test
    void of_tiesWithTheLimit_allGo() {
        assertThat(MagnitudeMask.of(FloatBuffer.wrap(new float[] {1, -1, 1, 2}), 0.25))
                .containsExactly(0, 0, 0, 1);
    }

    @Test
    void zeros_productBelowAnInteger_isCutAsInPython() {
        assertThat(SparsityRates.zeros(100, 0.29)).isEqualTo(28); // int(100 * 0.29) in Python
        assertThat(SparsityRates.zeros(10, 0.7)).isEqualTo(7);
        assertThat(SparsityRates.zeros(10, 0.05)).isEqualTo(1);
    }
}
