package org.crvqa.study.plan;

import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.OptimizerKind;

/**
 * What a planner takes where an experiment says nothing. The first mask and the binariser of a block are not among it: no
 * release has chosen others than {@link SearchDefaults} does.
 *
 * @param text word pieces of a question
 * @param dense of stages 1 and 3
 * @param subnetwork of stage 2
 * @param training of all stages
 * @param headBias of stage 1
 * @param thresholdEverySteps of stage 2
 * @param lmhEntropyWeight of the loss lmh
 * @param lpfGamma of the loss lpf
 * @param heldOutFraction share of the training images that choose a checkpoint
 * @param wholeAtZero whether a rate of 0 keeps every weight; otherwise one of each matrix goes
 */
record Defaults(
        int text,
        Stages dense,
        Stages subnetwork,
        Training training,
        HeadBias headBias,
        int thresholdEverySteps,
        double lmhEntropyWeight,
        double lpfGamma,
        double heldOutFraction,
        boolean wholeAtZero) {
    /**
     * The paper's, by docs/method.md, section 4. It warms up for 5 of 20 epochs; the same share serves runs of other
     * lengths.
     */
    static final Defaults PAPER = new Defaults(
            14,
            new Stages(64, 0.25, OptimizerKind.OPTIMIZER_KIND_ADAM),
            new Stages(256, 0, OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE),
            new Training(20, 5e-5, 0.9, 0.999, 1e-8, 1.0, 0.1, 0.1, 0.5),
            HeadBias.HEAD_BIAS_UNIFORM,
            100,
            0.36,
            5,
            0.1,
            true);

    /** Those of releases in which a rate of 0 dropped one weight of each matrix, as in the original. */
    static final Defaults DROPPING_ONE_AT_ZERO = PAPER.withWholeAtZero(false);

    /**
     * What differs between stages.
     *
     * @param warmup share of all steps
     */
    record Stages(int batchSize, double warmup, OptimizerKind optimizer) {}

    /** What does not. */
    record Training(
            int epochs,
            double peakLearningRate,
            double beta1,
            double beta2,
            double epsilon,
            double clipNorm,
            double dropoutHidden,
            double dropoutAttention,
            double dropoutHead) {}

    private Defaults withWholeAtZero(boolean whole) {
        return new Defaults(
                text,
                dense,
                subnetwork,
                training,
                headBias,
                thresholdEverySteps,
                lmhEntropyWeight,
                lpfGamma,
                heldOutFraction,
                whole);
    }

    /** Those of a stage. */
    Stages of(Stage stage) {
        return stage == Stage.SUBNETWORK ? subnetwork : dense;
    }
}
