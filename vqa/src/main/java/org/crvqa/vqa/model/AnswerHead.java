package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * The answer head as a function of its weights ({@link HeadParameters}): weight-normalised Linear(H → 2H), ReLU,
 * dropout, weight-normalised Linear(2H → A).
 */
public final class AnswerHead {
    private AnswerHead() {}

    /**
     * Logits (B, A) of a pooled state (B, H). They belong to the manager of {@code pooled}.
     *
     * @param dropout probability in [0, 1), used when training
     */
    public static NDArray forward(Torch torch, Weights weights, NDArray pooled, ForwardMode mode, double dropout) {
        return Scopes.within(pooled.getManager(), () -> {
            NDArray inner = JniUtils.relu((PtNDArray) linear(torch, mode, weights, HeadParameters.FIRST, pooled));
            NDArray kept = mode.training() && dropout > 0 ? JniUtils.dropout((PtNDArray) inner, dropout, true) : inner;
            return linear(torch, mode, weights, HeadParameters.SECOND, kept);
        });
    }

    /** x Wᵀ + b with W = v · (g / ‖v‖), the norm over the whole matrix (Salimans and Kingma 2016, one gain). */
    private static NDArray linear(Torch torch, ForwardMode mode, Weights weights, String name, NDArray x) {
        NDArray direction = weights.get(name + ".weight_v");
        NDArray gain = weights.get(name + ".weight_g");
        NDArray matrix = direction.mul(gain.div(direction.norm()));
        return Linear.apply(torch, mode.precision(), x, matrix, weights.get(name + ".bias"));
    }
}
