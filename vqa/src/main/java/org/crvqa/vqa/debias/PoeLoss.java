package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * Bias product: {@link LmhLoss} with g = 1 and without the penalty, so the cross entropy of s with logits z + log(b + σ(a)) −
 * log(1 − b + σ(a)), summed over answers. It keeps the smoothing σ(a), with a = −1 unless it is trained.
 *
 * <p>Own parameter: {@code mixin.smooth} a (1), which the optimizer gets only with {@code train_mixin}.
 */
record PoeLoss(Torch torch, boolean trainsParameters) implements DebiasLoss {
    private static final String SMOOTH = "mixin.smooth";

    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return Scopes.within(
                logits.getManager(),
                () -> NanRows.mean(torch, logits, pooled, (z, h) -> perExample(z, targets, parameters.get(SMOOTH))));
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        return Map.of(SMOOTH, new long[] {1});
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        if (!name.equals(SMOOTH)) {
            throw new IllegalArgumentException("poe has no parameter " + name);
        }
        return new float[] {-1f};
    }

    /** (B). */
    private NDArray perExample(NDArray logits, LossTargets targets, NDArray smooth) {
        NDArray biased = logits.add(CrossEntropy.biasLogits(torch, targets.bias(), smooth));
        return CrossEntropy.withLogits(torch, biased, targets.scores()).sum(new int[] {1});
    }
}
