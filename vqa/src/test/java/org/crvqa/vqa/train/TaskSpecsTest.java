package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.UnlabelledPolicy;
import org.crvqa.task.v1.WeightSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskSpecsTest {
    private static final String KEY = "a".repeat(64);

    static Stream<Arguments> wrongTraining() {
        return Stream.of(
                training("training.steps is 0", t -> t.setSteps(0)),
                training("training.steps is -3", t -> t.setSteps(-3)),
                training("training.batch_size is 0", t -> t.setBatchSize(0)),
                training(
                        "training.text.max_tokens is 0", t -> t.getTextBuilder().setMaxTokens(0)),
                training(
                        "training.text.max_tokens is 513",
                        t -> t.getTextBuilder().setMaxTokens(513)),
                training(
                        "training.text.max_tokens is 2, expected a number in 3..512",
                        t -> t.getTextBuilder().setMaxTokens(2).setSpecialTokens(true)),
                training("training.loss.gamma", t -> t.getLossBuilder().setGamma(-1)),
                training("training.loss.unlabelled", t -> t.getLossBuilder().setKind(LossKind.LOSS_KIND_LPF)),
                training(
                        "training.loss.unlabelled",
                        t -> t.getLossBuilder().setUnlabelled(UnlabelledPolicy.UNLABELLED_POLICY_DROP)),
                training("training.loss.kind", t -> t.getLossBuilder().setKind(LossKind.LOSS_KIND_UNSPECIFIED)),
                training(
                        "training.loss.entropy_weight is NaN",
                        t -> t.getLossBuilder().setEntropyWeight(Double.NaN)),
                training(
                        "training.optimizer.kind",
                        t -> t.getOptimizerBuilder().setKind(OptimizerKind.OPTIMIZER_KIND_UNSPECIFIED)),
                training(
                        "training.optimizer.beta2 is 1.0",
                        t -> t.getOptimizerBuilder().setBeta2(1)),
                training(
                        "training.optimizer.clip_norm is -1.0",
                        t -> t.getOptimizerBuilder().setClipNorm(-1)),
                training(
                        "training.learning_rate.peak is 0.0",
                        t -> t.getLearningRateBuilder().setPeak(0)),
                training(
                        "training.learning_rate.warmup_steps is 11",
                        t -> t.getLearningRateBuilder().setWarmupSteps(11)),
                training(
                        "training.dropout.hidden is 1.0",
                        t -> t.getDropoutBuilder().setHidden(1)),
                training(
                        "training.held_out.fraction is 0.0",
                        t -> t.getHeldOutBuilder().setSeed(3)),
                training(
                        "training.held_out.fraction is 1.0",
                        t -> t.getHeldOutBuilder().setFraction(1)),
                training(
                        "training.held_out.fraction is NaN",
                        t -> t.getHeldOutBuilder().setFraction(Double.NaN)),
                training(
                        "training.held_out is missing, expected set, because training.selection.split is heldout",
                        t -> t.getSelectionBuilder()
                                .setKeep(Keep.KEEP_BEST)
                                .setSplit(SplitSelection.newBuilder().setName("heldout"))
                                .setEverySteps(1)),
                training("training.precision is 7, expected PRECISION_UNSPECIFIED", t -> t.setPrecisionValue(7)),
                training("training.selection.keep", t -> t.getSelectionBuilder().setKeep(Keep.KEEP_UNSPECIFIED)),
                training(
                        "training.selection.split.name is empty",
                        t -> t.getSelectionBuilder().setKeep(Keep.KEEP_BEST).setEverySteps(1)),
                training(
                        "training.selection.every_steps is 0",
                        t -> t.getSelectionBuilder()
                                .setKeep(Keep.KEEP_BEST)
                                .setSplit(SplitSelection.newBuilder().setName("test"))));
    }

    @ParameterizedTest
    @MethodSource("wrongTraining")
    void validate_wrongTraining_namesTheField(String message, Consumer<TrainingSettings.Builder> change) {
        TrainSpec.Builder spec = train();
        change.accept(spec.getTrainingBuilder());
        assertRefused(message, () -> TaskSpecs.validate(spec.build()));
    }

    @Test
    void validate_wrongTrainSpec_namesTheField() {
        assertRefused(
                "dataset_key is \"x\"",
                () -> TaskSpecs.validate(train().setDatasetKey("x").build()));
        assertRefused(
                "weights is",
                () -> TaskSpecs.validate(train().setWeights(WeightSource.WEIGHT_SOURCE_UNSPECIFIED)
                        .build()));
        TrainSpec.Builder noBias = train();
        noBias.getTrainingBuilder().setHeadBias(HeadBias.HEAD_BIAS_UNSPECIFIED);
        assertRefused("training.head_bias", () -> TaskSpecs.validate(noBias.build()));
        TrainSpec.Builder noTeacher = train();
        noTeacher.getTrainingBuilder().getDistillationBuilder().setWeight(1);
        assertRefused("training.distillation is set", () -> TaskSpecs.validate(noTeacher.build()));
        TrainSpec.Builder weightless = train();
        weightless.getSubnetworkBuilder().setStage1Key(KEY).setStage2Key(KEY);
        weightless.getTrainingBuilder().getDistillationBuilder();
        assertRefused("training.distillation.weight is 0.0", () -> TaskSpecs.validate(weightless.build()));
        TrainSpec.Builder noMask = train();
        noMask.getSubnetworkBuilder().setStage1Key(KEY);
        assertRefused("subnetwork.stage2_key is \"\"", () -> TaskSpecs.validate(noMask.build()));
    }

    @Test
    void validate_impossibleSparsity_isRefused() {
        for (double rate : new double[] {1, -0.1, Double.NaN, 70}) {
            PruneSpec.Builder spec = prune();
            spec.getSparsityBuilder().setVision(rate);
            assertRefused("sparsity.vision is " + rate, () -> TaskSpecs.validate(spec.build()));
        }
    }

    @Test
    void validate_wrongPruneSpec_namesTheField() {
        assertRefused(
                "threshold_every_steps is 0",
                () -> TaskSpecs.validate(prune().setThresholdEverySteps(0).build()));
        assertRefused(
                "training is missing",
                () -> TaskSpecs.validate(prune().clearTraining().build()));
        assertRefused(
                "training is set",
                () -> TaskSpecs.validate(
                        prune().setMethod(PruneMethod.PRUNE_METHOD_MAGNITUDE).build()));
        assertRefused(
                "method is",
                () -> TaskSpecs.validate(
                        prune().setMethod(PruneMethod.PRUNE_METHOD_UNSPECIFIED).build()));
    }

    @Test
    void validate_wrongEvaluateSpec_namesTheField() {
        assertRefused(
                "checkpoint is missing",
                () -> TaskSpecs.validate(evaluate().clearTrainKey().build()));
        assertRefused(
                "splits is empty",
                () -> TaskSpecs.validate(evaluate().clearSplits().build()));
        assertRefused(
                "test twice",
                () -> TaskSpecs.validate(evaluate()
                        .addSplits(SplitSelection.newBuilder().setName("test"))
                        .build()));
        assertRefused(
                "splits.max_questions is -1",
                () -> TaskSpecs.validate(evaluate()
                        .clearSplits()
                        .addSplits(SplitSelection.newBuilder().setName("a").setMaxQuestions(-1))
                        .build()));
    }

    @Test
    void validate_evaluationInAnUnknownPrecision_namesTheField() {
        assertRefused(
                "Task spec: precision is 2, expected PRECISION_UNSPECIFIED",
                () -> TaskSpecs.validate(evaluate().setPrecisionValue(2).build()));
    }

    @Test
    void validate_goodSpecs_pass() {
        TrainSpec.Builder coarse = train();
        coarse.getTrainingBuilder().setPrecision(Precision.PRECISION_BFLOAT16);
        assertThatNoException().isThrownBy(() -> {
            TaskSpecs.validate(coarse.build());
            TaskSpecs.validate(
                    evaluate().setPrecision(Precision.PRECISION_BFLOAT16).build());
            TaskSpecs.validate(train().build());
            TaskSpecs.validate(prune().build());
            TaskSpecs.validate(evaluate().build());
        });
    }

    private static Arguments training(String message, Consumer<TrainingSettings.Builder> change) {
        return Arguments.of(message, change);
    }

    private static TrainSpec.Builder train() {
        return TinyVqaCp.stage1(KEY, KEY, 10);
    }

    private static PruneSpec.Builder prune() {
        return PruneSpec.newBuilder()
                .setDatasetKey(KEY)
                .setStage1Key(KEY)
                .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                .setMask(TinyVqaCp.mask(PruneMethod.PRUNE_METHOD_MASK_TRAINING))
                .setTraining(TinyVqaCp.training(10))
                .setThresholdEverySteps(5);
    }

    private static EvaluateSpec.Builder evaluate() {
        return EvaluateSpec.newBuilder()
                .setDatasetKey(KEY)
                .setTrainKey(KEY)
                .setText(TextOptions.newBuilder().setMaxTokens(4))
                .addSplits(SplitSelection.newBuilder().setName("test"));
    }

    private static void assertRefused(String message, Runnable validation) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(validation::run)
                .withMessageContaining(message);
    }
}
