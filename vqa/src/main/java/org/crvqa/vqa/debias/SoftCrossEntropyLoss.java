package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;

/**
 * −Σ s log softmax(z), averaged over the batch: the original's loss for VisualBERT. An example without label adds 0 and
 * counts in the mean.
 */
record SoftCrossEntropyLoss() implements DebiasLoss {
    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return Scopes.within(
                logits.getManager(),
                () -> targets.scores()
                        .mul(CrossEntropy.logSoftmax(logits))
                        .sum(new int[] {1})
                        .mean()
                        .neg());
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        return Map.of();
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        throw new IllegalArgumentException("ce has no parameter " + name);
    }

    @Override
    public boolean trainsParameters() {
        return false;
    }
}
