package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/** Binary cross entropy with soft scores, summed over answers and averaged over the batch. Knows nothing of bias. */
record BceLoss(Torch torch) implements DebiasLoss {
    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return Scopes.within(
                logits.getManager(),
                () -> CrossEntropy.withLogits(torch, logits, targets.scores())
                        .sum(new int[] {1})
                        .mean());
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        return Map.of();
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        throw new IllegalArgumentException("bce has no parameter " + name);
    }

    @Override
    public boolean trainsParameters() {
        return false;
    }
}
