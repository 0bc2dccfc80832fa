package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.vqa.golden.Golden;
import org.crvqa.vqa.model.ModelConfig;
import org.junit.jupiter.api.Test;

class MaskTargetsTest {
    private static final ModelConfig CONFIG = Golden.config();
    private static final Sparsity RATES = Sparsity.newBuilder()
            .setLanguage(0.1)
            .setVision(0.2)
            .setFusion(0.3)
            .setPooler(0.4)
            .build();

    @Test
    void of_modalities_giveEachMatrixItsRate() {
        List<MaskTarget> targets = targets(RATES, MaskSettings.getDefaultInstance());
        assertThat(targets.stream().map(MaskTarget::name))
                .containsExactlyElementsOf(CONFIG.maskable().keySet());
        Map<String, Double> rates = rates(targets);
        assertThat(rates)
                .containsEntry("lxmert.embeddings.word_embeddings.weight", 0.1)
                .containsEntry("lxmert.encoder.visn_fc.box_fc.weight", 0.2)
                .containsEntry("lxmert.encoder.x_layers.1.visual_attention.att.key.weight", 0.3)
                .containsEntry("lxmert.pooler.dense.weight", 0.4);
    }

    @Test
    void of_rateZero_keepsEverythingOnlyWhereTheSpecSaysSo() {
        Sparsity rates = RATES.toBuilder().setVision(0).build();
        MaskSettings settings = MaskSettings.newBuilder()
                .setSchedule(SparsitySchedule.newBuilder()
                        .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                        .setEndStep(10))
                .build();
        List<MaskTarget> whole =
                targets(rates, settings.toBuilder().setWholeAtZero(true).build());
        // What specs of earlier releases mean.
        List<MaskTarget> original = targets(rates, settings);

        assertThat(whole).allMatch(target -> target.zerosAt(0) == 0);
        assertThat(original).allMatch(target -> target.zerosAt(0) == 1);
        for (int i = 0; i < whole.size(); i++) {
            int zeros = whole.get(i).zerosAt(10);
            assertThat(zeros)
                    .isEqualTo((int) (whole.get(i).size() * whole.get(i).rate()));
            assertThat(original.get(i).zerosAt(10)).isEqualTo(Math.max(1, zeros));
        }
        assertThat(whole).anyMatch(target -> target.zerosAt(10) == 0);
    }

    @Test
    void of_layers_goBeforeModalities() {
        Map<String, Double> rates = rates(targets(
                layers("encoder.layer.1", 0.9, "encoder.x_layers.0.visual_attention", 0.8, "classifier.main.3", 0.5),
                MaskSettings.newBuilder().setBiases(true).setHead(true).build()));
        assertThat(rates)
                .containsEntry("lxmert.encoder.layer.1.intermediate.dense.weight", 0.9)
                .containsEntry("lxmert.encoder.layer.1.intermediate.dense.bias", 0.9)
                .containsEntry("lxmert.encoder.layer.0.intermediate.dense.weight", 0.1)
                .containsEntry("lxmert.encoder.x_layers.0.visual_attention.att.query.weight", 0.8)
                .containsEntry("lxmert.encoder.x_layers.0.lang_inter.dense.weight", 0.3)
                .containsEntry("classifier.main.0.weight_v", 0.4)
                .containsEntry("classifier.main.3.weight_v", 0.5);
    }

    @Test
    void of_biasesAndHead_areMaskedOnlyWhenAskedFor() {
        int matrices = CONFIG.maskable().size();
        assertThat(targets(RATES, MaskSettings.newBuilder().setHead(true).build()))
                .hasSize(matrices + 2);
        // Word embeddings have no bias.
        assertThat(targets(RATES, MaskSettings.newBuilder().setBiases(true).build()))
                .hasSize(2 * matrices - 1)
                .noneMatch(target ->
                        target.name().contains("LayerNorm") || target.name().contains("layer_norm"));
        assertThat(targets(
                        RATES,
                        MaskSettings.newBuilder().setBiases(true).setHead(true).build()))
                .hasSize(2 * matrices - 1 + 4)
                .noneMatch(target -> target.name().endsWith("weight_g"));
    }

    @Test
    void of_unknownLayer_namesTheNearest() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> targets(layers("encoder.layers.1", 0.5), MaskSettings.getDefaultInstance()))
                .withMessageContaining("\"encoder.layers.1\"")
                .satisfies(e -> assertThat(e.advice()).contains("encoder.layer.1"));
        // The head is not masked here.
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> targets(layers("classifier.main.3", 0.5), MaskSettings.getDefaultInstance()));
        // A layer's name is no prefix of characters.
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> targets(layers("encoder.lay", 0.5), MaskSettings.getDefaultInstance()));
    }

    @Test
    void checkApart_layerInsideAnother_isRefused() {
        for (Sparsity sparsity : List.of(
                layers("encoder", 0.5, "encoder.layer.0", 0.6), layers("pooler.dense", 0.5, "pooler.dense", 0.5))) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> LayerRates.checkApart(sparsity.getLayersList()))
                    .withMessageContaining("inside");
        }
        LayerRates.checkApart(
                layers("encoder.layer.1", 0.5, "encoder.layer.10", 0.6).getLayersList());
    }

    @Test
    void of_scheduleAboveARate_isRefused() {
        MaskSettings.Builder settings = MaskSettings.newBuilder();
        settings.getScheduleBuilder()
                .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                .setInitialSparsity(0.15)
                .setEndStep(5);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> targets(RATES, settings.build()))
                .withMessageContaining("initial_sparsity is 0.15")
                .withMessageContaining("0.1");
    }

    @Test
    void of_pattern_needsWidthsAndRatesThatFit() {
        MaskSettings.Builder settings = MaskSettings.newBuilder();
        settings.getPatternBuilder().setKeep(2).setOf(4);
        Sparsity half = Sparsity.newBuilder()
                .setLanguage(0.5)
                .setVision(0.5)
                .setFusion(0.5)
                .setPooler(0.5)
                .build();
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> targets(half, settings.build()))
                .withMessageContaining("visn_fc.visn_fc.weight has 6 columns");
        settings.getPatternBuilder().setKeep(1).setOf(2);
        assertThat(targets(half, settings.build())).hasSize(CONFIG.maskable().size());
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> targets(half.toBuilder().setFusion(0.6).build(), settings.build()))
                .withMessageContaining("is 0.6, expected 0.5");
    }

    private static List<MaskTarget> targets(Sparsity sparsity, MaskSettings settings) {
        return MaskTargets.of(sparsity, settings, CONFIG, Golden.ANSWERS);
    }

    private static Sparsity layers(Object... namesAndRates) {
        Sparsity.Builder sparsity = RATES.toBuilder();
        for (int i = 0; i < namesAndRates.length; i += 2) {
            sparsity.addLayers(LayerSparsity.newBuilder()
                    .setName((String) namesAndRates[i])
                    .setRate((Double) namesAndRates[i + 1]));
        }
        return sparsity.build();
    }

    private static Map<String, Double> rates(List<MaskTarget> targets) {
        return targets.stream().collect(Collectors.toMap(MaskTarget::name, MaskTarget::rate));
    }
}
