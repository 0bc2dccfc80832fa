package org.crvqa.vqa.train;

import static org.crvqa.vqa.train.TaskSpecs.rate;
import static org.crvqa.vqa.train.TaskSpecs.require;

import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.UnlabelledPolicy;

/** Checks of the settings that all training stages share. */
final class TrainingSpecs {
    private TrainingSpecs() {}

    static void validate(TrainingSettings training) {
        TaskSpecs.text("training.text", training.getText());
        loss(training.getLoss());
        optimizer(training.getOptimizer());
        require(training.getBatchSize() >= 1, "training.batch_size", training.getBatchSize(), "at least 1");
        int steps = training.getSteps();
        require(steps >= 1, "training.steps", steps, "at least 1");
        double peak = training.getLearningRate().getPeak();
        require(peak > 0 && Double.isFinite(peak), "training.learning_rate.peak", peak, "a number above 0");
        int warmup = training.getLearningRate().getWarmupSteps();
        require(
                warmup >= 0 && warmup <= steps,
                "training.learning_rate.warmup_steps",
                warmup,
                "a number in 0..steps (" + steps + ")");
        heldOut(training);
        double distillation = training.getDistillation().getWeight();
        require(
                !training.hasDistillation() || (distillation > 0 && Double.isFinite(distillation)),
                "training.distillation.weight",
                distillation,
                "a number above 0");
        selection(training.getSelection());
        rate("training.dropout.hidden", training.getDropout().getHidden());
        rate("training.dropout.attention", training.getDropout().getAttention());
        rate("training.dropout.head", training.getDropout().getHead());
        TaskSpecs.precision("training.precision", training.getPrecision(), training.getPrecisionValue());
    }

    private static void loss(Loss loss) {
        LossKind kind = loss.getKind();
        require(
                kind != LossKind.LOSS_KIND_UNSPECIFIED && kind != LossKind.UNRECOGNIZED,
                "training.loss.kind",
                kind,
                "a loss");
        double entropy = loss.getEntropyWeight();
        require(
                entropy >= 0 && Double.isFinite(entropy),
                "training.loss.entropy_weight",
                entropy,
                "a number of at least 0");
        notNegative("training.loss.gamma", loss.getGamma());
        boolean needsLabel = kind == LossKind.LOSS_KIND_LPF || kind == LossKind.LOSS_KIND_RUBI;
        UnlabelledPolicy policy = loss.getUnlabelled();
        require(
                needsLabel
                        ? policy == UnlabelledPolicy.UNLABELLED_POLICY_RANDOM_LABEL
                                || policy == UnlabelledPolicy.UNLABELLED_POLICY_DROP
                        : policy == UnlabelledPolicy.UNLABELLED_POLICY_UNSPECIFIED,
                "training.loss.unlabelled",
                policy,
                needsLabel
                        ? "UNLABELLED_POLICY_RANDOM_LABEL or UNLABELLED_POLICY_DROP"
                        : "none: " + kind + " needs no label");
    }

    private static void optimizer(Optimizer optimizer) {
        OptimizerKind kind = optimizer.getKind();
        require(
                kind != OptimizerKind.OPTIMIZER_KIND_UNSPECIFIED && kind != OptimizerKind.UNRECOGNIZED,
                "training.optimizer.kind",
                kind,
                "an optimizer");
        rate("training.optimizer.beta1", optimizer.getBeta1());
        rate("training.optimizer.beta2", optimizer.getBeta2());
        notNegative("training.optimizer.epsilon", optimizer.getEpsilon());
        notNegative("training.optimizer.weight_decay", optimizer.getWeightDecay());
        notNegative("training.optimizer.clip_norm", optimizer.getClipNorm());
    }

    private static void selection(Selection selection) {
        Keep keep = selection.getKeep();
        require(
                keep == Keep.KEEP_LAST || keep == Keep.KEEP_BEST,
                "training.selection.keep",
                keep,
                "KEEP_LAST or KEEP_BEST");
        if (keep == Keep.KEEP_BEST) {
            TaskSpecs.split("training.selection.split", selection.getSplit());
            require(
                    selection.getEverySteps() >= 1,
                    "training.selection.every_steps",
                    selection.getEverySteps(),
                    "at least 1");
        }
    }

    private static void heldOut(TrainingSettings training) {
        if (training.hasHeldOut()) {
            double fraction = training.getHeldOut().getFraction();
            require(fraction > 0 && fraction < 1, "training.held_out.fraction", fraction, "a number in (0, 1)");
        }
        // The name is reserved: a split of the dataset that is called so cannot choose a checkpoint.
        boolean chooses = training.getSelection().getSplit().getName().equals(TrainingParts.HELD_OUT);
        require(
                training.hasHeldOut() || !chooses,
                "training.held_out",
                "missing",
                "set, because training.selection.split is " + TrainingParts.HELD_OUT);
    }

    private static void notNegative(String field, double value) {
        require(value >= 0 && Double.isFinite(value), field, value, "a number of at least 0");
    }
}
