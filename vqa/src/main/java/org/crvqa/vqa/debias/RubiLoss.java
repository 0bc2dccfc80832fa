package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * The original's variant of RUBi (Cadene et al. 2019): cross entropy of the label with logits z · σ(b).
 *
 * @param dropUnlabelled examples without label count neither in the sum nor in the mean; otherwise they have their
 *     random label
 */
record RubiLoss(Torch torch, boolean dropUnlabelled) implements DebiasLoss {
    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return Scopes.within(logits.getManager(), () -> {
            NDArray masked = logits.mul(CrossEntropy.sigmoid(targets.bias()));
            NDArray examples = CrossEntropy.ofLabel(CrossEntropy.logSoftmax(masked), targets.labels())
                    .neg();
            return targets.mean(torch, examples, dropUnlabelled);
        });
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        return Map.of();
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        throw new IllegalArgumentException("rubi has no parameter " + name);
    }

    @Override
    public boolean trainsParameters() {
        return false;
    }
}
