package org.crvqa.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.coordinator.v1.VarianceDecomposition;
import org.crvqa.experiment.v1.StageSeeds;
import org.junit.jupiter.api.Test;

class SeedVarianceTest {
    private static final StageSeeds AXES =
            StageSeeds.newBuilder().addStage1(0).addStage2(0).addStage3(0).build();

    @Test
    void of_threeAxes_givesTheSharesOfTheReference() {
        // study/src/test/python/seed_variance.py
        List<RunScore> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 4; j++) {
                for (int k = 0; k < 2; k++) {
                    int n = 7 * i * i + 3 * j + 5 * k * k + 2 * i * j + (i * j * k) % 3;
                    runs.add(run(i, j, n % 17 / 100.0 + 0.04 * i + 0.03 * j)
                            .setStage3Seed(k)
                            .build());
                }
            }
        }

        VarianceDecomposition shares = SeedVariance.of(runs, AXES).orElseThrow();

        assertThat(shares.getStage1()).isCloseTo(0.3649358174800384, within(1e-9));
        assertThat(shares.getStage2()).isCloseTo(0.264854300277944, within(1e-9));
        assertThat(shares.getStage3()).isCloseTo(0.02229839224506229, within(1e-9));
        assertThat(shares.getResidual()).isCloseTo(0.3479114899969554, within(1e-9));
    }

    @Test
    void of_additiveSeeds_leavesNoResidual() {
        // Seeds add (0, 0.2) and (0, 0.1): variances of the levels 0.02 and 0.005, shares 4 to 1.
        VarianceDecomposition shares =
                SeedVariance.of(square(0.1, 0.2, 0.3, 0.4), AXES).orElseThrow();

        assertThat(shares.getStage1()).isCloseTo(0.8, within(1e-12));
        assertThat(shares.getStage2()).isCloseTo(0.2, within(1e-12));
        assertThat(shares.hasStage3()).isFalse();
        assertThat(shares.getResidual()).isCloseTo(0, within(1e-12));
    }

    @Test
    void of_interactionOnly_clipsNegativeEstimates() {
        VarianceDecomposition shares = SeedVariance.of(square(1, 0, 0, 1), AXES).orElseThrow();

        assertThat(shares.getStage1()).isZero();
        assertThat(shares.getStage2()).isZero();
        assertThat(shares.getResidual()).isEqualTo(1);
    }

    @Test
    void of_oneAxis_explainsAll() {
        List<RunScore> runs = List.of(run(0, 0, 0.1).build(), run(1, 0, 0.4).build());

        VarianceDecomposition shares = SeedVariance.of(runs, AXES).orElseThrow();

        assertThat(shares.getStage1()).isEqualTo(1);
        assertThat(shares.hasStage2()).isFalse();
        assertThat(shares.hasResidual()).isFalse();
    }

    @Test
    void of_stage2TakesTheSeedOfStage1_isNoAxis() {
        StageSeeds one = StageSeeds.newBuilder().addStage1(0).addStage1(1).build();
        List<RunScore> runs = List.of(run(0, 0, 0.1).build(), run(1, 1, 0.4).build());

        assertThat(SeedVariance.of(runs, one).orElseThrow().hasStage2()).isFalse();
        // As two axes the same runs would lack half of the combinations.
        assertThat(SeedVariance.of(runs, AXES)).isEmpty();
    }

    @Test
    void of_equalScores_hasNoShares() {
        assertThat(SeedVariance.of(square(0.3, 0.3, 0.3, 0.3), AXES)).isEmpty();
        assertThat(SeedVariance.of(List.of(), AXES)).isEmpty();
    }

    /** Scores of the seeds (0, 0), (0, 1), (1, 0), (1, 1) of stages 1 and 2. */
    private static List<RunScore> square(double... scores) {
        List<RunScore> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runs.add(run(i / 2, i % 2, scores[i]).build());
        }
        return runs;
    }

    private static RunScore.Builder run(long stage1, long stage2, double score) {
        return RunScore.newBuilder().setSeed(stage1).setStage2Seed(stage2).setScore(score);
    }
}
