package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataOrderTest {
    @Test
    void batch_overOneEpoch_showsEveryExampleOnceExceptTheIncompleteRest() {
        DataOrder order = new DataOrder(3, 10, 4);
        int[] seen = IntStream.concat(IntStream.of(order.batch(0)), IntStream.of(order.batch(1)))
                .toArray();
        assertThat(seen).hasSize(8).doesNotHaveDuplicates();
        assertThat(IntStream.of(seen).allMatch(i -> i >= 0 && i < 10)).isTrue();
    }

    @Test
    void batch_askedInAnyOrder_isAFunctionOfTheStep() {
        DataOrder forward = new DataOrder(3, 100, 8);
        DataOrder resumed = new DataOrder(3, 100, 8);
        int[] later = resumed.batch(40);
        for (int step = 0; step < 40; step++) {
            forward.batch(step);
        }
        assertThat(forward.batch(40)).isEqualTo(later);
        assertThat(resumed.batch(0)).isEqualTo(forward.batch(0));
    }

    @Test
    void batch_otherSeedOrEpoch_isAnotherOrder() {
        int[] first = new DataOrder(3, 1000, 1000).batch(0);
        assertThat(new DataOrder(4, 1000, 1000).batch(0)).isNotEqualTo(first);
        assertThat(new DataOrder(3, 1000, 1000).batch(1)).isNotEqualTo(first);
    }

    @Test
    void batch_fewerExamplesThanABatch_isAllOfThem() {
        assertThat(new DataOrder(3, 3, 64).batch(5)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void next_seedOfThePaper_givesThePublishedSequence() {
        // First numbers for seed 1234567, as in the reference C implementation (prng.di.unimi.it/splitmix64.c).
        SplitMix64 random = new SplitMix64(1234567);
        assertThat(random.next()).isEqualTo(6457827717110365317L);
        assertThat(random.next()).isEqualTo(3203168211198807973L);
    }

    @Test
    void below_manyDraws_areUniform() {
        SplitMix64 random = SplitMix64.of(1, 2);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) {
            counts[random.below(6)]++;
        }
        assertThat(IntStream.of(counts).allMatch(count -> Math.abs(count - 10_000) < 500))
                .isTrue();
    }
}
