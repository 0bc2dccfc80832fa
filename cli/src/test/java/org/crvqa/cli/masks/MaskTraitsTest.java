package org.crvqa.cli.masks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.NmPattern;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.junit.jupiter.api.Test;

class MaskTraitsTest {
    private static final TrainSpec LMH_0 = stage1(LossKind.LOSS_KIND_LMH, 0);
    private static final TrainSpec LMH_1 = stage1(LossKind.LOSS_KIND_LMH, 1);
    private static final TrainSpec BCE_0 = stage1(LossKind.LOSS_KIND_BCE, 0);

    @Test
    void label_trainedMask_namesLossesRateAndSeed() {
        assertThat(MaskTraits.label(masks(LossKind.LOSS_KIND_BCE, 0.7, 0), Optional.of(LMH_0)))
                .isEqualTo("lmh-bce 0.7, seed 0");
        assertThat(MaskTraits.label(masks(LossKind.LOSS_KIND_BCE, 0.7, 5), Optional.of(LMH_1)))
                .isEqualTo("lmh-bce 0.7, seeds 1/5");
    }

    @Test
    void label_magnitudeWithRatesPerModality_namesThem() {
        PruneSpec prune = magnitude().toBuilder()
                .setSparsity(Sparsity.newBuilder()
                        .setLanguage(0.5)
                        .setVision(0.7)
                        .setFusion(0.7)
                        .setPooler(0.7))
                .build();

        assertThat(MaskTraits.label(prune, Optional.of(BCE_0))).isEqualTo("magnitude 0.5/0.7/0.7/0.7 of bce, seed 0");
    }

    @Test
    void label_optionsOfMasks_followTheRate() {
        MaskSettings sign = MaskSettings.newBuilder()
                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_DOUBLE_UNIFORM)
                .setBinariser(Binariser.BINARISER_SIGN)
                .setBiases(true)
                .build();
        PruneSpec trained =
                masks(LossKind.LOSS_KIND_BCE, 0.7, 0).toBuilder().setMask(sign).build();
        PruneSpec pattern = magnitude().toBuilder()
                .setMask(MaskSettings.newBuilder()
                        .setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)
                        .setPattern(NmPattern.newBuilder().setKeep(2).setOf(4)))
                .build();

        assertThat(MaskTraits.label(trained, Optional.of(LMH_0)))
                .isEqualTo("lmh-bce 0.7 double-uniform sign biases, seed 0");
        assertThat(MaskTraits.label(pattern, Optional.of(BCE_0))).isEqualTo("magnitude 2:4 of bce, seed 0");
    }

    @Test
    void label_bfloat16_namesTheStages() {
        TrainSpec.Builder dense = LMH_0.toBuilder();
        dense.getTrainingBuilder().setPrecision(Precision.PRECISION_BFLOAT16);
        PruneSpec.Builder masks = masks(LossKind.LOSS_KIND_BCE, 0.7, 0).toBuilder();
        masks.getTrainingBuilder().setPrecision(Precision.PRECISION_BFLOAT16);

        assertThat(MaskTraits.label(masks.build(), Optional.of(dense.build())))
                .isEqualTo("lmh-bce 0.7 bfloat16, seed 0");
        assertThat(MaskTraits.label(masks.build(), Optional.of(LMH_0)))
                .isEqualTo("lmh-bce 0.7 bfloat16=stage2, seed 0");
        assertThat(MaskTraits.label(magnitude(), Optional.of(dense.build())))
                .isEqualTo("magnitude 0.7 of lmh bfloat16, seed 0");
    }

    @Test
    void label_stage1Gone_usesItsKey() {
        assertThat(MaskTraits.label(masks(LossKind.LOSS_KIND_LMH, 0.7, 3), Optional.empty()))
                .isEqualTo("abababababab-lmh 0.7, seed 3");
    }

    @Test
    void differences_runsOfAnExperiment_areNamedOnce() {
        PruneSpec lmh0 = masks(LossKind.LOSS_KIND_LMH, 0.7, 0);
        PruneSpec lmh1 = masks(LossKind.LOSS_KIND_LMH, 0.7, 1);
        PruneSpec bce0 = masks(LossKind.LOSS_KIND_BCE, 0.7, 0);

        assertThat(differences(lmh0, LMH_0, lmh0, LMH_0)).isEmpty();
        assertThat(differences(lmh0, LMH_0, lmh1, LMH_1)).containsExactly("seed");
        assertThat(differences(lmh0, LMH_0, lmh1, LMH_0)).containsExactly("seed of stage 2");
        assertThat(differences(lmh0, LMH_0, lmh0, LMH_1)).containsExactly("seed of stage 1");
        assertThat(differences(lmh0, LMH_0, bce0, LMH_0)).containsExactly("stage-2 loss");
        assertThat(differences(lmh0, LMH_0, lmh0, BCE_0)).containsExactly("stage-1 loss");
        assertThat(differences(lmh0, LMH_0, masks(LossKind.LOSS_KIND_LMH, 0.5, 0), LMH_0))
                .containsExactly("sparsity");
    }

    @Test
    void differences_otherMethod_leavesOutWhatOnlyOneHas() {
        PruneSpec lmh0 = masks(LossKind.LOSS_KIND_LMH, 0.7, 0);

        assertThat(differences(lmh0, LMH_0, magnitude(), LMH_0)).containsExactly("method");
        assertThat(differences(lmh0, LMH_0, magnitude(), LMH_1)).containsExactly("method", "seed");
        assertThat(differences(magnitude(), LMH_0, magnitude(), LMH_1)).containsExactly("seed");
    }

    private static List<String> differences(PruneSpec a, TrainSpec of, PruneSpec b, TrainSpec other) {
        return MaskTraits.differences(MaskTraits.of(a, Optional.of(of)), MaskTraits.of(b, Optional.of(other)));
    }

    private static TrainSpec stage1(LossKind loss, long seed) {
        return TrainSpec.newBuilder()
                .setTraining(
                        TrainingSettings.newBuilder().setLoss(Loss.newBuilder().setKind(loss)))
                .setSeed(seed)
                .build();
    }

    private static PruneSpec masks(LossKind loss, double rate, long seed) {
        return magnitude().toBuilder()
                .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                .setSparsity(uniform(rate))
                .setTraining(
                        TrainingSettings.newBuilder().setLoss(Loss.newBuilder().setKind(loss)))
                .setSeed(seed)
                .build();
    }

    private static PruneSpec magnitude() {
        return PruneSpec.newBuilder()
                .setMethod(PruneMethod.PRUNE_METHOD_MAGNITUDE)
                .setStage1Key("ab".repeat(32))
                .setSparsity(uniform(0.7))
                .build();
    }

    private static Sparsity uniform(double rate) {
        return Sparsity.newBuilder()
                .setLanguage(rate)
                .setVision(rate)
                .setFusion(rate)
                .setPooler(rate)
                .build();
    }
}
