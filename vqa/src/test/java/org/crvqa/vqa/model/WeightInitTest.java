package org.crvqa.vqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WeightInitTest {
    private static final LxmertConfig CONFIG = new LxmertConfig(500, 64, 4, 128, 0, 0, 32, 2, 0.1, 1, 1, 1, 32, 4);
    private static final String QUERY = "lxmert.encoder.layer.0.attention.self.query.weight";
    private static final String KEY = "lxmert.encoder.layer.0.attention.self.key.weight";

    @Test
    void lxmert_sameSeedAndName_givesSameValuesInAnyOrder() {
        WeightInit one = new WeightInit(7);
        WeightInit other = new WeightInit(7);
        float[] query = one.encoder(CONFIG, QUERY);
        float[] key = one.encoder(CONFIG, KEY);

        assertThat(other.encoder(CONFIG, KEY)).isEqualTo(key);
        assertThat(other.encoder(CONFIG, QUERY)).isEqualTo(query).isNotEqualTo(key);
        assertThat(new WeightInit(8).encoder(CONFIG, QUERY)).isNotEqualTo(query);
    }

    @Test
    void lxmert_fixedSeed_staysWhatItWas() {
        // Part of every result's identity: a change here needs a new algorithm_version.
        assertThat(Arrays.copyOf(new WeightInit(49).encoder(CONFIG, QUERY), 3))
                .isEqualTo(new float[] {0.015361627f, 0.15192762f, 0.025682041f});
    }

    @Test
    void lxmert_linearWeight_isNormalWithInitializerRange() {
        float[] values = new WeightInit(1).encoder(CONFIG, "lxmert.encoder.layer.0.intermediate.dense.weight");

        double mean = 0;
        double square = 0;
        for (float value : values) {
            mean += value / (double) values.length;
            square += value * (double) value / values.length;
        }
        assertThat(values).hasSize(64 * 128);
        assertThat(mean).isCloseTo(0, within(0.005));
        assertThat(Math.sqrt(square)).isCloseTo(0.1, within(0.003));
    }

    @Test
    void lxmert_paddingRow_isZeroInEveryEmbeddingTable() {
        for (String name : CONFIG.paddingRows().keySet()) {
            float[] values = new WeightInit(1).encoder(CONFIG, name);
            assertThat(Arrays.copyOf(values, 64)).as(name).containsOnly(0f);
            assertThat(Arrays.copyOfRange(values, 64, values.length)).as(name).doesNotContain(0f);
        }
    }

    @Test
    void lxmert_normsAndBiases_areOnesAndZeros() {
        WeightInit init = new WeightInit(1);

        assertThat(init.encoder(CONFIG, "lxmert.encoder.visn_fc.box_layer_norm.weight"))
                .containsOnly(1f);
        assertThat(init.encoder(CONFIG, "lxmert.embeddings.LayerNorm.bias")).containsOnly(0f);
        assertThat(init.encoder(CONFIG, "lxmert.pooler.dense.bias")).containsOnly(0f);
    }

    @Test
    void head_asTorchLinear_hasGainEqualToNorm() {
        WeightInit init = new WeightInit(3);
        float[] direction = init.head(64, 23, "classifier.main.3.weight_v");
        float[] gain = init.head(64, 23, "classifier.main.3.weight_g");
        float[] bias = init.head(64, 23, "classifier.main.3.bias");

        double squares = 0;
        float most = 0;
        for (float value : direction) {
            squares += value * (double) value;
            most = Math.max(most, Math.abs(value));
        }
        double bound = 1 / Math.sqrt(128);
        assertThat(direction).hasSize(23 * 128);
        assertThat(most).isBetween((float) (0.99 * bound), (float) bound);
        assertThat(gain).hasSize(1);
        assertThat(gain[0]).isCloseTo((float) Math.sqrt(squares), within(1e-5f));
        assertThat(bias).hasSize(23).doesNotContain(0f);
    }

    @Test
    void priorLogits_clampsScores() {
        assertThat(WeightInit.priorLogits(new float[] {0f, 0.001f, 0.25f, 0.5f, 0.9f}))
                .containsExactly(new float[] {-6.906755f, -6.906755f, -1.0986123f, 0f, 0f}, within(1e-5f));
    }
}
