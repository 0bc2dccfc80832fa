package org.crvqa.cli.verify;

import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.HeldOut;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.WeightSource;

/**
 * The tasks of the proof. They use what a state has to hold: an optimizer with moments, dropout, a loss with parameters of
 * its own, the best checkpoint so far.
 *
 * @param dataset to train on
 * @param model to start from
 * @param seed of both tasks
 */
record ShortTasks(ArtifactKey dataset, ArtifactKey model, long seed) {
    private static final int BATCH = 16;
    private static final int MAX_TOKENS = 14;
    private static final int SCORED_QUESTIONS = 64;
    private static final int SCORINGS = 8;
    private static final double SPARSITY = 0.5;

    /** Stage 1: dense fine-tuning. */
    TaskSpec train(int steps, String replica) {
        TrainingSettings training = training(steps, OptimizerKind.OPTIMIZER_KIND_ADAM)
                .setHeadBias(HeadBias.HEAD_BIAS_TRAINING_PRIOR)
                .build();
        return task(replica)
                .setTrain(TrainSpec.newBuilder()
                        .setDatasetKey(dataset.hex())
                        .setModelKey(model.hex())
                        .setWeights(WeightSource.WEIGHT_SOURCE_STORED)
                        .setTraining(training)
                        .setSeed(seed))
                .build();
    }

    /** Stage 2: trained masks in the result of stage 1. */
    TaskSpec prune(ArtifactKey stage1, int steps, String replica) {
        return task(replica)
                .setPrune(PruneSpec.newBuilder()
                        .setDatasetKey(dataset.hex())
                        .setStage1Key(stage1.hex())
                        .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                        .setSparsity(Sparsity.newBuilder()
                                .setLanguage(SPARSITY)
                                .setVision(SPARSITY)
                                .setFusion(SPARSITY)
                                .setPooler(SPARSITY))
                        .setTraining(training(steps, OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE))
                        .setThresholdEverySteps(Math.max(1, steps / SCORINGS))
                        .setMask(MaskSettings.newBuilder()
                                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)
                                .setBinariser(Binariser.BINARISER_THRESHOLD))
                        .setSeed(seed))
                .build();
    }

    private static TaskSpec.Builder task(String replica) {
        return TaskSpec.newBuilder()
                .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                .setReplica(replica);
    }

    private static TrainingSettings.Builder training(int steps, OptimizerKind optimizer) {
        return TrainingSettings.newBuilder()
                .setText(TextOptions.newBuilder().setMaxTokens(MAX_TOKENS))
                .setLoss(Loss.newBuilder()
                        .setKind(LossKind.LOSS_KIND_LMH)
                        .setEntropyWeight(0.36)
                        .setTrainMixin(true))
                .setOptimizer(Optimizer.newBuilder()
                        .setKind(optimizer)
                        .setBeta1(0.9)
                        .setBeta2(0.999)
                        .setEpsilon(1e-8)
                        .setClipNorm(1.0))
                .setLearningRate(LearningRate.newBuilder().setPeak(5e-5).setWarmupSteps(steps / 4))
                .setBatchSize(BATCH)
                .setSteps(steps)
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("heldout").setMaxQuestions(SCORED_QUESTIONS))
                        .setEverySteps(Math.max(1, steps / SCORINGS)))
                .setDropout(
                        Dropout.newBuilder().setHidden(0.1).setAttention(0.1).setHead(0.5))
                .setHeldOut(HeldOut.newBuilder().setFraction(0.1));
    }
}
