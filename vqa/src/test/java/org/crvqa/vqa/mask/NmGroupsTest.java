package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NmGroupsTest {
    @ParameterizedTest
    @CsvSource({"2, 4", "1, 2", "1, 4", "7, 8", "4, 16", "2, 3"})
    void kept_randomAndTiedValues_agreeWithSortingEachGroup(int keep, int of) {
        Random random = new Random(keep * 31L + of);
        NmGroups groups = new NmGroups(keep, of);
        for (boolean ties : new boolean[] {false, true}) {
            float[] values = new float[of * 50];
            for (int i = 0; i < values.length; i++) {
                values[i] = ties ? random.nextInt(3) - 1 : (float) random.nextGaussian();
            }
            for (boolean magnitude : new boolean[] {false, true}) {
                byte[] expected = new byte[values.length];
                Arrays.fill(expected, (byte) 1);
                for (int from = 0; from < values.length; from += of) {
                    IntStream.range(from, from + of)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> magnitude ? Math.abs(values[i]) : values[i]))
                            .limit(of - keep)
                            .forEach(i -> expected[i] = 0);
                }
                assertThat(groups.kept(FloatBuffer.wrap(values), magnitude)).isEqualTo(expected);
            }
        }
    }

    @Test
    void dropping_random_keepsSoManyOfEachGroup() {
        byte[] kept = new MaskRandom(1, 0, "zeros", "w").dropping(400, new NmGroups(2, 4));
        int first = 0;
        for (int from = 0; from < kept.length; from += 4) {
            assertThat(kept[from] + kept[from + 1] + kept[from + 2] + kept[from + 3])
                    .isEqualTo(2);
            first += kept[from];
        }
        assertThat(first).isBetween(30, 70);
    }

    @Test
    void new_nothingToKeepOrDrop_isRefused() {
        assertThatThrownBy(() -> new NmGroups(0, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NmGroups(4, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
