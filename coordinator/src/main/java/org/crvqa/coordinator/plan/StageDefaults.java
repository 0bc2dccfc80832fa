package org.crvqa.coordinator.plan;

import java.util.Optional;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainingSettings;

/**
 * The settings of a stage with the paper's values where the experiment says nothing. Everything is written out in the
 * result, so that a later change of a default cannot change what an old key means.
 */
final class StageDefaults {
    private static final int MAX_TOKENS = 14;
    private static final int EPOCHS = 20;
    private static final double PEAK_LEARNING_RATE = 5e-5;
    /** The paper warms up for 5 of 20 epochs; the same share serves runs of other lengths. */
    private static final double DENSE_WARMUP = 0.25;

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;
    private static final double CLIP_NORM = 1.0;
    private static final int THRESHOLD_EVERY_STEPS = 100;

    private final Experiment experiment;
    private final Selections selections;
    private final long trainingQuestions;

    StageDefaults(Experiment experiment, DatasetSummary dataset) {
        this.experiment = experiment;
        this.selections = new Selections(experiment, dataset);
        this.trainingQuestions = selections.trainingQuestions();
    }

    TrainingSettings training(Stage stage, LossKind loss, Optional<Distillation> distillation) {
        StageSettings settings = settings(stage);
        TrainingSettings.Builder training = TrainingSettings.newBuilder()
                .setText(text())
                .setLoss(LossDefaults.loss(experiment, stage, loss))
                .setOptimizer(optimizer(stage, settings))
                .setLearningRate(LearningRate.newBuilder()
                        .setPeak(settings.hasLearningRate() ? settings.getLearningRate() : PEAK_LEARNING_RATE)
                        .setWarmupSteps(warmupSteps(stage)))
                .setBatchSize(batchSize(stage))
                .setSteps(Math.toIntExact(steps(stage)))
                .setSelection(selection(stage))
                .setDropout(dropout(settings))
                .setPrecision(Precisions.of(experiment, stage));
        selections.heldOut().ifPresent(training::setHeldOut);
        distillation.ifPresent(training::setDistillation);
        if (stage == Stage.DENSE) {
            training.setHeadBias(settings.hasHeadBias() ? settings.getHeadBias() : HeadBias.HEAD_BIAS_UNIFORM);
        }
        return training.build();
    }

    TextOptions text() {
        TextOptions text = experiment.getText();
        return text.getMaxTokens() > 0
                ? text
                : text.toBuilder().setMaxTokens(MAX_TOKENS).build();
    }

    int thresholdEverySteps() {
        StageSettings settings = experiment.getStage2();
        return settings.hasThresholdEverySteps() ? settings.getThresholdEverySteps() : THRESHOLD_EVERY_STEPS;
    }

    /** Optimizer steps; an epoch is ⌊N / batch⌋ + 1 of them. */
    long steps(Stage stage) {
        StageSettings settings = settings(stage);
        if (settings.hasSteps()) {
            return settings.getSteps();
        }
        long epochs = settings.hasEpochs() ? settings.getEpochs() : EPOCHS;
        return epochs * epochSteps(stage);
    }

    private long epochSteps(Stage stage) {
        return trainingQuestions / batchSize(stage) + 1;
    }

    int warmupSteps(Stage stage) {
        StageSettings settings = settings(stage);
        if (settings.hasWarmupSteps()) {
            return settings.getWarmupSteps();
        }
        double paper = stage == Stage.SUBNETWORK ? 0 : DENSE_WARMUP;
        double fraction = settings.hasWarmupFraction() ? settings.getWarmupFraction() : paper;
        return Math.toIntExact(Math.round(fraction * steps(stage)));
    }

    private int batchSize(Stage stage) {
        StageSettings settings = settings(stage);
        int paper = stage == Stage.SUBNETWORK ? 256 : 64;
        return settings.hasBatchSize() ? settings.getBatchSize() : paper;
    }

    private StageSettings settings(Stage stage) {
        return Selections.settings(experiment, stage);
    }

    private static Optimizer optimizer(Stage stage, StageSettings settings) {
        OptimizerKind paper = stage == Stage.SUBNETWORK
                ? OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE
                : OptimizerKind.OPTIMIZER_KIND_ADAM;
        return Optimizer.newBuilder()
                .setKind(settings.hasOptimizer() ? settings.getOptimizer() : paper)
                .setBeta1(BETA1)
                .setBeta2(BETA2)
                .setEpsilon(EPSILON)
                .setWeightDecay(settings.getWeightDecay())
                .setClipNorm(settings.hasClipNorm() ? settings.getClipNorm() : CLIP_NORM)
                .build();
    }

    private Selection selection(Stage stage) {
        return selections
                .split(stage)
                .map(split -> Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName(split))
                        .setEverySteps(evaluateEverySteps(stage))
                        .build())
                .orElseGet(() -> Selection.newBuilder().setKeep(Keep.KEEP_LAST).build());
    }

    /** Once per epoch, and at the end of a stage that is shorter than one. */
    private int evaluateEverySteps(Stage stage) {
        StageSettings settings = settings(stage);
        return settings.hasEvaluateEverySteps()
                ? settings.getEvaluateEverySteps()
                : Math.toIntExact(Math.min(epochSteps(stage), steps(stage)));
    }

    private static Dropout dropout(StageSettings settings) {
        return Dropout.newBuilder()
                .setHidden(settings.hasDropoutHidden() ? settings.getDropoutHidden() : 0.1)
                .setAttention(settings.hasDropoutAttention() ? settings.getDropoutAttention() : 0.1)
                .setHead(settings.hasDropoutHead() ? settings.getDropoutHead() : 0.5)
                .build();
    }
}
