package org.crvqa.vqa.train;

import java.util.HashSet;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WeightSource;

/**
 * Whether a spec can be run at all, before anything is opened. Every method throws {@link InvalidInputException} that
 * names the first wrong field, its value and what was expected.
 */
public final class TaskSpecs {
    private static final int MOST_TOKENS = 512;

    private TaskSpecs() {}

    /** Stage 1 or 3. */
    public static void validate(TrainSpec spec) {
        key("dataset_key", spec.getDatasetKey());
        key("model_key", spec.getModelKey());
        if (spec.hasSubnetwork()) {
            subnetwork(spec.getSubnetwork());
        } else {
            require(
                    !spec.getTraining().hasDistillation(),
                    "training.distillation",
                    "set",
                    "nothing in stage 1, which has no teacher");
            require(
                    spec.getWeights() == WeightSource.WEIGHT_SOURCE_STORED
                            || spec.getWeights() == WeightSource.WEIGHT_SOURCE_PER_SEED,
                    "weights",
                    spec.getWeights(),
                    "WEIGHT_SOURCE_STORED or WEIGHT_SOURCE_PER_SEED");
            HeadBias bias = spec.getTraining().getHeadBias();
            require(
                    bias == HeadBias.HEAD_BIAS_UNIFORM || bias == HeadBias.HEAD_BIAS_TRAINING_PRIOR,
                    "training.head_bias",
                    bias,
                    "HEAD_BIAS_UNIFORM or HEAD_BIAS_TRAINING_PRIOR");
        }
        require(spec.hasTraining(), "training", "missing", "training settings");
        TrainingSpecs.validate(spec.getTraining());
    }

    /** Stage 2. */
    public static void validate(PruneSpec spec) {
        key("dataset_key", spec.getDatasetKey());
        key("stage1_key", spec.getStage1Key());
        PruneSpecs.validate(spec);
    }

    /** Evaluation. */
    public static void validate(EvaluateSpec spec) {
        key("dataset_key", spec.getDatasetKey());
        switch (spec.getCheckpointCase()) {
            case TRAIN_KEY -> key("train_key", spec.getTrainKey());
            case SUBNETWORK -> subnetwork(spec.getSubnetwork());
            case CHECKPOINT_NOT_SET -> throw wrong("checkpoint", "missing", "train_key or subnetwork");
        }
        text("text", spec.getText());
        precision("precision", spec.getPrecision(), spec.getPrecisionValue());
        require(spec.getSplitsCount() > 0, "splits", "empty", "at least one split");
        Set<String> names = new HashSet<>();
        for (SplitSelection split : spec.getSplitsList()) {
            split("splits", split);
            require(names.add(split.getName()), "splits", split.getName() + " twice", "each split once");
        }
    }

    static void text(String field, TextOptions text) {
        int least = text.getSpecialTokens() ? 3 : 1;
        int tokens = text.getMaxTokens();
        require(
                tokens >= least && tokens <= MOST_TOKENS,
                field + ".max_tokens",
                tokens,
                "a number in " + least + ".." + MOST_TOKENS);
    }

    static void split(String field, SplitSelection split) {
        require(!split.getName().isEmpty(), field + ".name", "empty", "the name of a split of the dataset");
        require(split.getMaxQuestions() >= 0, field + ".max_questions", split.getMaxQuestions(), "0 (all) or more");
    }

    /** A newer program may know more of them. */
    static void precision(String field, Precision precision, int number) {
        require(
                precision != Precision.UNRECOGNIZED,
                field,
                number,
                "PRECISION_UNSPECIFIED (0, float32) or PRECISION_BFLOAT16 (1)");
    }

    static void rate(String field, double rate) {
        require(rate >= 0 && rate < 1, field, rate, "a number in [0, 1)");
    }

    static void require(boolean condition, String field, Object value, String expected) {
        if (!condition) {
            throw wrong(field, value, expected);
        }
    }

    private static InvalidInputException wrong(String field, Object value, String expected) {
        return new InvalidInputException(
                "Task spec: " + field + " is " + value + ", expected " + expected, "Correct the spec.");
    }

    private static void subnetwork(Subnetwork subnetwork) {
        key("subnetwork.stage1_key", subnetwork.getStage1Key());
        key("subnetwork.stage2_key", subnetwork.getStage2Key());
    }

    private static void key(String field, String key) {
        try {
            new ArtifactKey(key);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "Task spec: " + field + " is \"" + key + "\", expected an artifact key", "Correct the spec.", e);
        }
    }
}
