package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * Learned-mixin with entropy penalty (Clark, Yatskar, Zettlemoyer 2019).
 *
 * <p>Per example g = softplus(u·h + c). The definition adds g·log((b, 1−b) + σ(a)) to the pair (log σ(z), log(1−σ(z)))
 * and renormalises the pair. A renormalised pair depends on the difference of its members only, and log σ(z) −
 * log(1−σ(z)) = z; so with the bias's logit e = g·(log(b + σ(a)) − log(1 − b + σ(a))) it is (log σ(z+e), log σ(−z−e))
 * and the loss is the cross entropy of s with logits z + e, summed over answers. The penalty is w times the entropy of
 * (σ(e), σ(−e)), averaged over answers. Both are averaged over the batch; an example that comes out NaN counts as 0.
 *
 * <p>Own parameters: {@code mixin.weight} u (1, H), {@code mixin.bias} c (1), {@code mixin.smooth} a (1).
 */
record LmhLoss(Torch torch, double entropyWeight, boolean trainsParameters) implements DebiasLoss {
    private static final String ENTROPY = "entropy";
    private static final String WEIGHT = "mixin.weight";
    private static final String BIAS = "mixin.bias";
    private static final String SMOOTH = "mixin.smooth";

    LmhLoss {
        if (!(entropyWeight >= 0 && entropyWeight < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException(
                    "loss.entropy_weight: expected a number of at least 0, found " + entropyWeight,
                    "The paper's value is 0.36.");
        }
    }

    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return value(logits, pooled, targets, parameters, LossParts.IGNORE);
    }

    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters, LossParts told) {
        NDManager owner = logits.getManager();
        return Scopes.within(owner, () -> {
            NanRows rows = new NanRows(
                    torch, terms(logits, pooled, targets, parameters).sum());
            Terms terms = terms(rows.mend(logits), rows.mend(pooled), targets, parameters);
            told.part(
                    ENTROPY,
                    Scopes.within(owner, () -> rows.mean(terms.penalty().stopGradient())));
            return rows.mean(terms.sum());
        });
    }

    @Override
    public Set<String> parts() {
        return Set.of(ENTROPY);
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(WEIGHT, new long[] {1, hidden});
        shapes.put(BIAS, new long[] {1});
        shapes.put(SMOOTH, new long[] {1});
        return Collections.unmodifiableMap(shapes);
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        return switch (name) {
            case WEIGHT -> init.linear(name, hidden, hidden);
            case BIAS -> init.linear(name, 1, hidden);
            case SMOOTH -> new float[] {-1f};
            default -> throw new IllegalArgumentException("lmh has no parameter " + name);
        };
    }

    /** Of each example: (B). */
    private record Terms(NDArray likelihood, NDArray penalty) {
        NDArray sum() {
            return likelihood.add(penalty);
        }
    }

    private Terms terms(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        NDArray biasLogits = biasLogits(pooled, targets.bias(), parameters);
        NDArray likelihood = CrossEntropy.withLogits(torch, logits.add(biasLogits), targets.scores())
                .sum(new int[] {1});
        NDArray penalty = CrossEntropy.entropy(biasLogits).mean(new int[] {1});
        return new Terms(likelihood, penalty.mul(torch.scalar((float) entropyWeight)));
    }

    /** e: (B, A). */
    private NDArray biasLogits(NDArray pooled, NDArray bias, Weights parameters) {
        NDArray trust = CrossEntropy.softplus(JniUtils.linear(
                (PtNDArray) pooled, (PtNDArray) parameters.get(WEIGHT), (PtNDArray) parameters.get(BIAS)));
        return CrossEntropy.biasLogits(torch, bias, parameters.get(SMOOTH)).mul(trust);
    }
}
