package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * Focal weighting by the bias of the label y (Liang, Jiang, Hu, Zhu 2021): the mean of (1 − max(b_y, 1e-7))^γ · (−log
 * max(p_y, 1e-7)), p = softmax(z). Below the floor the gradient is 0.
 *
 * <p>p_y itself is never formed: log p_y keeps its precision down to the floor.
 *
 * @param gamma at least 0; with 0 the loss is the label's cross entropy
 * @param dropUnlabelled examples without label count neither in the sum nor in the mean; otherwise they have their
 *     random label
 */
record LpfLoss(Torch torch, double gamma, boolean dropUnlabelled) implements DebiasLoss {
    private static final float FLOOR = 1e-7f;
    private static final float LOG_FLOOR = (float) Math.log(1e-7);

    LpfLoss {
        if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException(
                    "loss.gamma: expected a number of at least 0, found " + gamma, "The paper's value is 5.");
        }
    }

    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return Scopes.within(logits.getManager(), () -> {
            NDArray missed = logLikelihood(logits, targets.labels()).neg();
            return targets.mean(torch, missed.mul(weights(targets)), dropUnlabelled);
        });
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        return Map.of();
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        throw new IllegalArgumentException("lpf has no parameter " + name);
    }

    @Override
    public boolean trainsParameters() {
        return false;
    }

    /** max(log p_y, log 1e-7): (B). Written so that NaN stays NaN. */
    private NDArray logLikelihood(NDArray logits, NDArray labels) {
        NDArray likelihood = CrossEntropy.ofLabel(CrossEntropy.logSoftmax(logits), labels);
        NDArray floor = torch.scalar(LOG_FLOOR);
        return JniUtils.where((PtNDArray) likelihood.lt(floor), (PtNDArray) floor, (PtNDArray) likelihood);
    }

    /** (1 − max(b_y, 1e-7))^γ: (B). */
    private NDArray weights(LossTargets targets) {
        NDArray bias = CrossEntropy.ofLabel(targets.bias(), targets.labels());
        NDArray floored = JniUtils.max((PtNDArray) bias, (PtNDArray) torch.scalar(FLOOR));
        return torch.scalar(1f).sub(floored).pow(torch.scalar((float) gamma));
    }
}
