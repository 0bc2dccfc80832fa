package org.crvqa.study.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.experiment.v1.ModalitySparsity;
import org.junit.jupiter.api.Test;

/** The counts are those of Hugging Face's LxmertModel and VisualBertModel at base size. */
class SparsitySolverTest {
    private static final Map<String, Long> LXMERT =
            Map.of("language", 87_141_888L, "vision", 36_965_376L, "fusion", 82_575_360L, "pooler", 589_824L);
    private static final Map<String, Long> VISUAL_BERT = Map.of("language", 108_375_552L, "pooler", 589_824L);

    @Test
    void solve_threeEqualModalities_wholeAndPoolerAreTheSame() {
        ModalitySparsity solved = SparsitySolver.solve(rates(0.7, 0.7, 0.7).build(), LXMERT);

        assertThat(solved)
                .isEqualTo(rates(0.7, 0.7, 0.7).setPooler(0.7).setWhole(0.7).build());
    }

    /** (87141888 x 0.5 + 36965376 x 0.6 + 82575360 x 0.8) / 206682624 = 0.637743. */
    @Test
    void solve_threeModalities_wholeIsTheirWeightedMean() {
        ModalitySparsity solved = SparsitySolver.solve(rates(0.5, 0.6, 0.8).build(), LXMERT);

        assertThat(solved.getWhole()).isCloseTo(0.637743, within(1e-6));
        assertThat(solved.getPooler()).isEqualTo(solved.getWhole());
    }

    @Test
    void solve_anyThreeOfFour_giveTheFourthBack() {
        ModalitySparsity all = SparsitySolver.solve(rates(0.5, 0.6, 0.8).build(), LXMERT);
        var fields = ModalitySparsity.getDescriptor();
        for (String name : new String[] {"language", "vision", "fusion", "whole"}) {
            var field = fields.findFieldByName(name);
            ModalitySparsity given =
                    all.toBuilder().clearField(field).clearPooler().build();

            ModalitySparsity solved = SparsitySolver.solve(given, LXMERT);

            assertThat((Double) solved.getField(field)).as(name).isCloseTo((Double) all.getField(field), within(1e-5));
        }
    }

    @Test
    void solve_contradiction_namesEveryRateThatWouldFit() {
        InvalidInputException refused =
                refusal(rates(0.7, 0.7, 0.7).setWhole(0.6).build(), LXMERT);

        assertThat(refused).hasMessageContaining("whole is 0.6, but the others make 0.6997");
        assertThat(refused.advice()).contains("whole 0.7, or language 0.4628", "or vision 0.1409", "or fusion 0.4497");
    }

    @Test
    void solve_fourRoundedRates_agree() {
        ModalitySparsity solved =
                SparsitySolver.solve(rates(0.5, 0.6, 0.8).setWhole(0.64).build(), LXMERT);

        assertThat(solved.getPooler()).isEqualTo(0.64);
        assertThat(solved.getWhole()).isCloseTo(0.637750, within(1e-5));
    }

    @Test
    void solve_fewerThanThree_saysWhatIsMissing() {
        InvalidInputException refused =
                refusal(ModalitySparsity.newBuilder().setLanguage(0.5).build(), LXMERT);

        assertThat(refused).hasMessage("The rates vision, fusion, whole are not given");
    }

    @Test
    void solve_outOfRange_saysWhichWholeIsPossible() {
        ModalitySparsity given = ModalitySparsity.newBuilder()
                .setLanguage(0.1)
                .setFusion(0.1)
                .setWhole(0.9)
                .build();

        InvalidInputException refused = refusal(given, LXMERT);

        assertThat(refused).hasMessageContaining("vision would have to be").hasMessageContaining("not in [0, 1)");
        // 0.1 x 169717248 / 206682624 and that plus 36965376 / 206682624.
        assertThat(refused.advice()).contains("at least 0.0821 and below 0.261");
    }

    @Test
    void solve_visualBert_hasOneRate() {
        ModalitySparsity solved =
                SparsitySolver.solve(ModalitySparsity.newBuilder().setWhole(0.7).build(), VISUAL_BERT);

        assertThat(solved)
                .isEqualTo(ModalitySparsity.newBuilder()
                        .setLanguage(0.7)
                        .setPooler(0.7)
                        .setWhole(0.7)
                        .build());
        assertThat(refusal(rates(0.7, 0.7, 0.7).build(), VISUAL_BERT)).hasMessageContaining("no vision");
    }

    private static ModalitySparsity.Builder rates(double language, double vision, double fusion) {
        return ModalitySparsity.newBuilder()
                .setLanguage(language)
                .setVision(vision)
                .setFusion(fusion);
    }

    private static InvalidInputException refusal(ModalitySparsity given, Map<String, Long> counts) {
        return catchThrowableOfType(InvalidInputException.class, () -> SparsitySolver.solve(given, counts));
    }
}
