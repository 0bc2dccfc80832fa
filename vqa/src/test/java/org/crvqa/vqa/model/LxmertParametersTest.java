package org.crvqa.vqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LxmertParametersTest {
    private static final LxmertConfig BASE = (LxmertConfig) ModelConfig.parse("{}", "config.json");

    @Test
    void shapes_lxmertBase_hasHuggingFacesParameterCount() {
        // sum(p.numel() for p in transformers.LxmertModel(LxmertConfig()).parameters())
        assertThat(count(LxmertParameters.shapes(BASE))).isEqualTo(207_936_768L);
        assertThat(LxmertParameters.shapes(BASE)).hasSize(449);
    }

    @Test
    void maskable_lxmertBase_coversLinearsAndWordsByModality() {
        Map<String, Modality> maskable = LxmertParameters.maskable(BASE);

        assertThat(maskable.values().stream().filter(Modality.LANGUAGE::equals)).hasSize(1 + 9 * 6);
        assertThat(maskable.values().stream().filter(Modality.VISION::equals)).hasSize(2 + 5 * 6);
        assertThat(maskable.values().stream().filter(Modality.FUSION::equals)).hasSize(5 * 16);
        assertThat(maskable.values().stream().filter(Modality.POOLER::equals)).hasSize(1);
        assertThat(maskable)
                .containsEntry("lxmert.embeddings.word_embeddings.weight", Modality.LANGUAGE)
                .containsEntry("lxmert.encoder.visn_fc.box_fc.weight", Modality.VISION)
                .containsEntry("lxmert.encoder.x_layers.4.visual_attention.att.key.weight", Modality.FUSION)
                .doesNotContainKeys(
                        "lxmert.embeddings.position_embeddings.weight",
                        "lxmert.embeddings.token_type_embeddings.weight");
        assertThat(LxmertParameters.shapes(BASE).keySet()).containsAll(maskable.keySet());
    }

    @Test
    void unused_lastCrossLayer_isItsVisualHalf() {
        assertThat(LxmertParameters.unused(BASE))
                .hasSize(16)
                .allMatch(name -> name.startsWith("lxmert.encoder.x_layers.4.visn_"));
    }

    @Test
    void headShapes_gainIsScalar() {
        Map<String, long[]> shapes = HeadParameters.shapes(768, 2274);

        assertThat(shapes.keySet())
                .isEqualTo(new LinkedHashSet<>(List.of(
                        "classifier.main.0.bias",
                        "classifier.main.0.weight_g",
                        "classifier.main.0.weight_v",
                        "classifier.main.3.bias",
                        "classifier.main.3.weight_g",
                        "classifier.main.3.weight_v")));
        assertThat(shapes.get("classifier.main.0.weight_g")).isEmpty();
        assertThat(shapes.get("classifier.main.0.weight_v")).containsExactly(1536, 768);
        assertThat(shapes.get("classifier.main.3.weight_v")).containsExactly(2274, 1536);
    }

    private static long count(Map<String, long[]> shapes) {
        long total = 0;
        for (long[] shape : shapes.values()) {
            long size = 1;
            for (long extent : shape) {
                size *= extent;
            }
            total += size;
        }
        return total;
    }
}
