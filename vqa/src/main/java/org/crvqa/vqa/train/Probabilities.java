package org.crvqa.vqa.train;

import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifacts.Artifact;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneSpec;

/** What a model's logits mean: that follows from the loss that last trained its answer head. */
final class Probabilities {
    private Probabilities() {}

    /**
     * Of the checkpoint that is evaluated.
     *
     * @param trained its stage 1, or its stage 3
     */
    static Probability of(EvaluateSpec spec, Inputs inputs, Artifact trained) {
        if (spec.hasSubnetwork()) {
            PruneSpec stage2 =
                    inputs.pruned(spec.getSubnetwork()).manifest().getSpec().getPrune();
            if (stage2.hasTraining()) {
                return of(stage2.getTraining().getLoss().getKind());
            }
        }
        return of(
                trained.manifest().getSpec().getTrain().getTraining().getLoss().getKind());
    }

    /** Binary cross entropies take each answer by itself, cross entropies one answer of all. */
    static Probability of(LossKind loss) {
        return switch (loss) {
            case LOSS_KIND_BCE, LOSS_KIND_LMH, LOSS_KIND_POE, LOSS_KIND_REWEIGHT -> Probability.PROBABILITY_SIGMOID;
            case LOSS_KIND_CE, LOSS_KIND_LPF, LOSS_KIND_RUBI -> Probability.PROBABILITY_SOFTMAX;
            case LOSS_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("No loss is " + loss);
        };
    }
}
