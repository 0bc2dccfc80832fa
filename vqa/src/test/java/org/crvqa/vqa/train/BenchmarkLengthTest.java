package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BenchmarkLengthTest {
    private static final long SECOND = 1_000_000_000L;

    private final BenchmarkLength unsaid = new BenchmarkLength(OptionalInt.empty(), OptionalInt.empty());

    @Test
    void isWarm_nothingSaid_afterSomeStepsAndSeconds() {
        assertThat(unsaid.isWarm(1, 60 * SECOND)).isFalse();
        assertThat(unsaid.isWarm(2, 60 * SECOND)).isTrue();
        assertThat(unsaid.isWarm(50, SECOND)).isFalse();
        assertThat(unsaid.isWarm(50, 5 * SECOND)).isTrue();
        assertThat(unsaid.isWarm(1000, 1)).isTrue();
    }

    @Test
    void measured_nothingSaid_fitsAboutTwentySeconds() {
        assertThat(unsaid.measured(SECOND / 2)).isEqualTo(40);
        assertThat(unsaid.measured(30 * SECOND)).isEqualTo(3);
        assertThat(unsaid.measured(0)).isEqualTo(1000);
    }

    @Test
    void both_said_areKept() {
        BenchmarkLength said = new BenchmarkLength(OptionalInt.of(0), OptionalInt.of(7));
        assertThat(said.isWarm(0, 0)).isTrue();
        assertThat(said.measured(30 * SECOND)).isEqualTo(7);
    }

    @Test
    void isWarm_noWarmupButLengthUnknown_needsOneStep() {
        BenchmarkLength cold = new BenchmarkLength(OptionalInt.of(0), OptionalInt.empty());
        assertThat(cold.isWarm(0, 0)).isFalse();
        assertThat(cold.isWarm(1, 1)).isTrue();
    }
}
