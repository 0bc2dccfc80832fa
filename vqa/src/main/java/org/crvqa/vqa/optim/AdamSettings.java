package org.crvqa.vqa.optim;

import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;

/**
 * What stays the same over all steps of an optimizer.
 *
 * @param kind which of the three update rules
 * @param beta1 decay of the gradient's mean, in [0, 1)
 * @param beta2 decay of the gradient's mean square, in [0, 1)
 * @param epsilon added to the denominator, at least 0
 * @param weightDecay L2 term for ADAM, decoupled decay for the others
 * @param clipNorm highest global L2 norm of the gradients; 0: no clipping
 */
public record AdamSettings(
        OptimizerKind kind, double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {
    public AdamSettings {
        if (!(beta1 >= 0
                && beta1 < 1
                && beta2 >= 0
                && beta2 < 1
                && epsilon >= 0
                && weightDecay >= 0
                && clipNorm >= 0)) {
            throw new IllegalArgumentException("Optimizer settings out of range: beta1 " + beta1 + ", beta2 " + beta2
                    + ", epsilon " + epsilon + ", weight decay " + weightDecay + ", clip norm " + clipNorm);
        }
        if (kind == OptimizerKind.OPTIMIZER_KIND_UNSPECIFIED || kind == OptimizerKind.UNRECOGNIZED) {
            throw new IllegalArgumentException("No optimizer kind");
        }
    }

    /** As a task spec says. @throws IllegalArgumentException when a value is out of range */
    public static AdamSettings of(Optimizer spec) {
        return new AdamSettings(
                spec.getKind(),
                spec.getBeta1(),
                spec.getBeta2(),
                spec.getEpsilon(),
                spec.getWeightDecay(),
                spec.getClipNorm());
    }
}
