package org.crvqa.vqa.train;

import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.UnlabelledPolicy;

/** The paper's settings, as far as they decide what a step costs. */
final class BenchmarkSpecs {
    /** How often the paper sets the thresholds of trained masks. */
    static final int THRESHOLD_EVERY_STEPS = 100;

    static final double LEARNING_RATE = 5e-5;
    private static final double SPARSITY = 0.7;

    private BenchmarkSpecs() {}

    static TextOptions text(BenchmarkSettings settings) {
        return TextOptions.newBuilder().setMaxTokens(settings.tokens()).build();
    }

    static TrainingSettings training(BenchmarkSettings settings, BenchmarkWork work) {
        return TrainingSettings.newBuilder()
                .setText(text(settings))
                .setLoss(loss(settings.loss()))
                .setOptimizer(Optimizer.newBuilder()
                        .setKind(
                                work == BenchmarkWork.STAGE2
                                        ? OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE
                                        : OptimizerKind.OPTIMIZER_KIND_ADAM)
                        .setBeta1(0.9)
                        .setBeta2(0.999)
                        .setEpsilon(1e-8)
                        .setClipNorm(1))
                .setBatchSize(settings.batchSize())
                .setDropout(
                        Dropout.newBuilder().setHidden(0.1).setAttention(0.1).setHead(0.5))
                .setPrecision(settings.precision())
                .build();
    }

    /** Trained masks of 70 % zeros, begun by magnitude; thresholds are set when the benchmark says so. */
    static PruneSpec pruning(BenchmarkSettings settings, long seed) {
        return PruneSpec.newBuilder()
                .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                .setMask(MaskSettings.newBuilder()
                        .setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)
                        .setBinariser(Binariser.BINARISER_THRESHOLD))
                .setSparsity(Sparsity.newBuilder()
                        .setLanguage(SPARSITY)
                        .setVision(SPARSITY)
                        .setFusion(SPARSITY)
                        .setPooler(SPARSITY))
                .setTraining(training(settings, BenchmarkWork.STAGE2))
                .setThresholdEverySteps(Integer.MAX_VALUE)
                .setSeed(seed)
                .build();
    }

    private static Loss loss(LossKind kind) {
        Loss.Builder loss = Loss.newBuilder().setKind(kind);
        return switch (kind) {
            case LOSS_KIND_LMH -> loss.setEntropyWeight(0.36).build();
            case LOSS_KIND_LPF ->
                loss.setGamma(5)
                        .setUnlabelled(UnlabelledPolicy.UNLABELLED_POLICY_RANDOM_LABEL)
                        .build();
            case LOSS_KIND_RUBI ->
                loss.setUnlabelled(UnlabelledPolicy.UNLABELLED_POLICY_RANDOM_LABEL)
                        .build();
            case LOSS_KIND_BCE, LOSS_KIND_CE, LOSS_KIND_POE, LOSS_KIND_REWEIGHT, LOSS_KIND_UNSPECIFIED, UNRECOGNIZED ->
                loss.build();
        };
    }
}
