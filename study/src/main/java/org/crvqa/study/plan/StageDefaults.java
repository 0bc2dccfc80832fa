package org.crvqa.study.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainingSettings;

/**
 * The settings of a stage with a release's defaults where the experiment says nothing. Everything is written out in the
 * result, so that a later change of a default cannot change what an old key means. Not thread-safe.
 */
final class StageDefaults {
    private final Experiment experiment;
    private final Defaults defaults;
    private final Selections selections;
    private final long trainingQuestions;
    private final Map<Asked, TrainingSettings> made = new HashMap<>();

    private record Asked(Stage stage, LossKind loss, Optional<Distillation> distillation) {}

    StageDefaults(Experiment experiment, DatasetSummary dataset, Defaults defaults) {
        this.experiment = experiment;
        this.defaults = defaults;
        this.selections = new Selections(experiment, dataset, defaults);
        this.trainingQuestions = selections.trainingQuestions();
    }

    /** The same object for the same arguments: tens of thousands of specs share few of them. */
    TrainingSettings training(Stage stage, LossKind loss, Optional<Distillation> distillation) {
        return made.computeIfAbsent(
                new Asked(stage, loss, distillation), asked -> make(asked.stage(), asked.loss(), asked.distillation()));
    }

    private TrainingSettings make(Stage stage, LossKind loss, Optional<Distillation> distillation) {
        StageSettings settings = settings(stage);
        TrainingSettings.Builder training = TrainingSettings.newBuilder()
                .setText(text())
                .setLoss(LossDefaults.loss(experiment, stage, loss, defaults))
                .setOptimizer(optimizer(stage, settings))
                .setLearningRate(LearningRate.newBuilder()
                        .setPeak(
                                settings.hasLearningRate()
                                        ? settings.getLearningRate()
                                        : defaults.training().peakLearningRate())
                        .setWarmupSteps(warmupSteps(stage)))
                .setBatchSize(batchSize(stage))
                .setSteps(Math.toIntExact(steps(stage)))
                .setSelection(selection(stage))
                .setDropout(dropout(settings))
                .setPrecision(Precisions.of(experiment, stage));
        selections.heldOut().ifPresent(training::setHeldOut);
        distillation.ifPresent(training::setDistillation);
        if (stage == Stage.DENSE) {
            training.setHeadBias(settings.hasHeadBias() ? settings.getHeadBias() : defaults.headBias());
        }
        return training.build();
    }

    TextOptions text() {
        TextOptions text = experiment.getText();
        return text.getMaxTokens() > 0
                ? text
                : text.toBuilder().setMaxTokens(defaults.text()).build();
    }

    int thresholdEverySteps() {
        StageSettings settings = experiment.getStage2();
        return settings.hasThresholdEverySteps() ? settings.getThresholdEverySteps() : defaults.thresholdEverySteps();
    }

    /** Optimizer steps; an epoch is ⌊N / batch⌋ + 1 of them. */
    long steps(Stage stage) {
        StageSettings settings = settings(stage);
        if (settings.hasSteps()) {
            return settings.getSteps();
        }
        long epochs = settings.hasEpochs()
                ? settings.getEpochs()
                : defaults.training().epochs();
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
        double fraction = settings.hasWarmupFraction()
                ? settings.getWarmupFraction()
                : defaults.of(stage).warmup();
        return Math.toIntExact(Math.round(fraction * steps(stage)));
    }

    private int batchSize(Stage stage) {
        StageSettings settings = settings(stage);
        return settings.hasBatchSize()
                ? settings.getBatchSize()
                : defaults.of(stage).batchSize();
    }

    private StageSettings settings(Stage stage) {
        return Selections.settings(experiment, stage);
    }

    private Optimizer optimizer(Stage stage, StageSettings settings) {
        Defaults.Training training = defaults.training();
        return Optimizer.newBuilder()
                .setKind(
                        settings.hasOptimizer()
                                ? settings.getOptimizer()
                                : defaults.of(stage).optimizer())
                .setBeta1(training.beta1())
                .setBeta2(training.beta2())
                .setEpsilon(training.epsilon())
                .setWeightDecay(settings.getWeightDecay())
                .setClipNorm(settings.hasClipNorm() ? settings.getClipNorm() : training.clipNorm())
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

    private Dropout dropout(StageSettings settings) {
        Defaults.Training training = defaults.training();
        return Dropout.newBuilder()
                .setHidden(settings.hasDropoutHidden() ? settings.getDropoutHidden() : training.dropoutHidden())
                .setAttention(
                        settings.hasDropoutAttention() ? settings.getDropoutAttention() : training.dropoutAttention())
                .setHead(settings.hasDropoutHead() ? settings.getDropoutHead() : training.dropoutHead())
                .build();
    }
}
