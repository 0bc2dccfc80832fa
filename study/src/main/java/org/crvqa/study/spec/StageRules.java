package org.crvqa.study.spec;

import java.util.Arrays;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.SplitSelection;

/** What the settings of a stage must satisfy. */
final class StageRules {

    private final Experiment experiment;
    private final String stage;
    private final StageSettings settings;
    private final Violations violations;

    private StageRules(Experiment experiment, String stage, StageSettings settings, Violations violations) {
        this.experiment = experiment;
        this.stage = stage;
        this.settings = settings;
        this.violations = violations;
    }

    static void check(Experiment experiment, Violations violations) {
        new StageRules(experiment, "stage1", experiment.getStage1(), violations).check();
        new StageRules(experiment, "stage2", experiment.getStage2(), violations).check();
        new StageRules(experiment, "stage3", experiment.getStage3(), violations).check();
    }

    private void check() {
        range(settings.hasBatchSize(), "batch_size", settings.getBatchSize(), Range.COUNT);
        range(settings.hasSteps(), "steps", settings.getSteps(), Range.COUNT);
        range(settings.hasEpochs(), "epochs", settings.getEpochs(), Range.COUNT);
        range(settings.hasLearningRate(), "learning_rate", settings.getLearningRate(), Range.POSITIVE);
        range(settings.hasWarmupSteps(), "warmup_steps", settings.getWarmupSteps(), Range.NOT_NEGATIVE);
        range(settings.hasWarmupFraction(), "warmup_fraction", settings.getWarmupFraction(), Range.FRACTION);
        range(settings.hasWeightDecay(), "weight_decay", settings.getWeightDecay(), Range.NOT_NEGATIVE);
        range(settings.hasClipNorm(), "clip_norm", settings.getClipNorm(), Range.NOT_NEGATIVE);
        range(settings.hasDropoutHidden(), "dropout_hidden", settings.getDropoutHidden(), Range.FRACTION);
        range(settings.hasDropoutAttention(), "dropout_attention", settings.getDropoutAttention(), Range.FRACTION);
        range(settings.hasDropoutHead(), "dropout_head", settings.getDropoutHead(), Range.FRACTION);
        range(
                settings.hasThresholdEverySteps(),
                "threshold_every_steps",
                settings.getThresholdEverySteps(),
                Range.COUNT);
        exclusive(settings.hasSteps() && settings.hasEpochs(), "steps", "epochs");
        exclusive(settings.hasWarmupSteps() && settings.hasWarmupFraction(), "warmup_steps", "warmup_fraction");
        if (settings.hasSteps() && settings.hasWarmupSteps() && settings.getWarmupSteps() >= settings.getSteps()) {
            refuse("warmup_steps", "must be below steps (" + settings.getSteps() + ")");
        }
        onlyIn("stage2", settings.hasThresholdEverySteps(), "threshold_every_steps");
        onlyIn("stage1", settings.hasHeadBias(), "head_bias");
        enums();
        losses();
        selection();
    }

    private void enums() {
        if (settings.getOptimizer() == OptimizerKind.UNRECOGNIZED) {
            refuse("optimizer", "expected one of " + EnumNames.allowed(OptimizerKind.getDescriptor()));
        }
        if (settings.getHeadBias() == HeadBias.UNRECOGNIZED) {
            refuse("head_bias", "expected one of " + EnumNames.allowed(HeadBias.getDescriptor()));
        }
        if (settings.getKeep() == Keep.UNRECOGNIZED) {
            refuse("keep", "expected one of " + EnumNames.allowed(Keep.getDescriptor()));
        }
    }

    private void selection() {
        if (settings.getKeep() != Keep.KEEP_BEST) {
            for (String key : new String[] {"selection_split", "evaluate_every_steps"}) {
                if (settings.hasField(StageSettings.getDescriptor().findFieldByName(key))) {
                    refuse(key, "has no effect without 'keep: best'; add that or remove this key");
                }
            }
            return;
        }
        range(settings.hasEvaluateEverySteps(), "evaluate_every_steps", settings.getEvaluateEverySteps(), Range.COUNT);
        heldout(settings.getSelectionSplit());
    }

    private void heldout(String split) {
        boolean tested = isTest(split)
                || experiment.getEvaluateList().stream()
                        .map(SplitSelection::getName)
                        .anyMatch(split::equals);
        if (experiment.getProtocol() != Protocol.PROTOCOL_PAPER && tested) {
            refuse(
                    "selection_split",
                    "protocol heldout does not let '" + split
                            + "' choose a checkpoint, since it is a test split or is evaluated;"
                            + " name another split, use 'keep: last', or say 'protocol: paper'");
        }
    }

    /** By name, evaluated or not: test, iid-test, test-dev. */
    private static boolean isTest(String split) {
        return Arrays.asList(split.split("[-_/]")).contains("test");
    }

    private void losses() {
        LossRules.options(stage + ".losses", settings.getLosses(), violations);
    }

    private void range(boolean set, String key, double value, Range range) {
        if (set) {
            range.check(stage + "." + key, value, violations);
        }
    }

    private void exclusive(boolean both, String one, String other) {
        if (both) {
            refuse(other, "cannot be given beside " + one + "; keep one of them");
        }
    }

    private void onlyIn(String owner, boolean set, String key) {
        if (set && !stage.equals(owner)) {
            refuse(key, "belongs to " + owner + " only; remove it here");
        }
    }

    private void refuse(String key, String message) {
        violations.invalid(stage + "." + key, message);
    }
}
