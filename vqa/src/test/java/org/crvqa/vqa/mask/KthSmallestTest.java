package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class KthSmallestTest {
    @Test
    void of_randomValues_agreesWithSorting() {
        Random random = new Random(5);
        for (int round = 0; round < 50; round++) {
            float[] values = new float[1 + random.nextInt(10_000)];
            for (int i = 0; i < values.length; i++) {
                values[i] = round % 2 == 0 ? (float) random.nextGaussian() : random.nextInt(7) - 3;
            }
            float[] sorted = values.clone();
            Arrays.sort(sorted);
            float[] magnitudes = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                magnitudes[i] = Math.abs(values[i]);
            }
            Arrays.sort(magnitudes);
            for (int k : new int[] {1, (values.length + 1) / 2, values.length}) {
                assertThat(KthSmallest.of(FloatBuffer.wrap(values), k)).isEqualTo(sorted[k - 1]);
                assertThat(KthSmallest.ofMagnitudes(FloatBuffer.wrap(values), k))
                        .isEqualTo(magnitudes[k - 1]);
            }
        }
    }

    @Test
    void of_extremeValues_keepsTheirOrder() {
        float[] sorted = {
            Float.NEGATIVE_INFINITY,
            -Float.MAX_VALUE,
            -1,
            -Float.MIN_VALUE,
            0,
            Float.MIN_VALUE,
            1e-38f,
            1,
            Float.MAX_VALUE,
            Float.POSITIVE_INFINITY
        };
        for (int k = 1; k <= sorted.length; k++) {
            assertThat(KthSmallest.of(FloatBuffer.wrap(sorted), k)).isEqualTo(sorted[k - 1]);
        }
    }

    @Test
    void of_allEqual_givesThatValue() {
        float[] values = new float[5000];
        Arrays.fill(values, -0.25f);
        assertThat(KthSmallest.of(FloatBuffer.wrap(values), 2500)).isEqualTo(-0.25f);
        assertThat(KthSmallest.ofMagnitudes(FloatBuffer.wrap(values), 2500)).isEqualTo(0.25f);
    }

    @Test
    void of_negativeZero_equalsZero() {
        FloatBuffer values = FloatBuffer.wrap(new float[] {0f, -0f, 1, -0f});
        assertThat(KthSmallest.find(values, 2)).isEqualTo(new KthSmallest.Found(0f, 2, 3));
        assertThat(KthSmallest.find(values, 4)).isEqualTo(new KthSmallest.Found(1f, 1, 1));
    }

    @Test
    void findMagnitude_severalTensors_areOneSequence() {
        Random random = new Random(6);
        List<Supplier<FloatBuffer>> tensors = new ArrayList<>();
        List<Float> all = new ArrayList<>();
        for (int size : new int[] {1, 5000, 17, 4096}) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextGaussian();
                all.add(Math.abs(values[i]));
            }
            tensors.add(() -> FloatBuffer.wrap(values));
        }
        Collections.sort(all);
        for (int k : new int[] {1, 4000, 9114}) {
            assertThat(KthSmallest.findMagnitude(tensors, k).value()).isEqualTo(all.get(k - 1));
        }
    }

    @Test
    void of_rankOutsideTheValues_isRefused() {
        FloatBuffer values = FloatBuffer.wrap(new float[3]);
        assertThatThrownBy(() -> KthSmallest.of(values, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KthSmallest.of(values, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
