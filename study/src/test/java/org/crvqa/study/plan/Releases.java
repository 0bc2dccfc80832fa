package org.crvqa.study.plan;

/** Releases that are not. */
public final class Releases {
    /** Computes as this one does, but chooses otherwise where an experiment says nothing: other keys all the same. */
    public static final Release OTHER_DEFAULTS = new Release(Release.CURRENT.algorithmVersion(), otherDefaults());

    private Releases() {}

    private static Defaults otherDefaults() {
        Defaults paper = Defaults.PAPER;
        Defaults.Training training = paper.training();
        return new Defaults(
                paper.text() + 1,
                paper.dense(),
                paper.subnetwork(),
                new Defaults.Training(
                        training.epochs(),
                        training.peakLearningRate(),
                        training.beta1(),
                        0.98,
                        training.epsilon(),
                        training.clipNorm(),
                        training.dropoutHidden(),
                        training.dropoutAttention(),
                        training.dropoutHead()),
                paper.headBias(),
                paper.thresholdEverySteps(),
                paper.lmhEntropyWeight(),
                paper.lpfGamma(),
                paper.heldOutFraction(),
                paper.wholeAtZero());
    }
}
