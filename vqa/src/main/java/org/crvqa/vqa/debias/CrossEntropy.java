package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.crvqa.vqa.tensor.Torch;

/** What losses are made of: cross entropies of distributions given by logits, without cancellation or overflow. */
final class CrossEntropy {
    private CrossEntropy() {}

    /** −s log σ(x) − (1−s) log(1−σ(x)) = s·softplus(−x) + (1−s)·softplus(x): exact where x is huge, too. */
    static NDArray withLogits(Torch torch, NDArray logits, NDArray scores) {
        NDArray missed = scores.mul(softplus(logits.neg()));
        NDArray invented = torch.scalar(1f).sub(scores).mul(softplus(logits));
        return missed.add(invented);
    }

    /** The entropy of (σ(x), σ(−x)). */
    static NDArray entropy(NDArray logits) {
        NDArray negated = logits.neg();
        NDArray first = sigmoid(logits).mul(softplus(negated));
        NDArray second = sigmoid(negated).mul(softplus(logits));
        return first.add(second);
    }

    /** log(b + σ(a)) − log(1 − b + σ(a)), of the shape of b. σ(a) > 0 keeps the logarithms finite where b is 0 or 1. */
    static NDArray biasLogits(Torch torch, NDArray bias, NDArray smooth) {
        NDArray slack = sigmoid(smooth);
        return bias.add(slack).log().sub(torch.scalar(1f).sub(bias).add(slack).log());
    }

    /** log softmax(z) along each row: (B, A). */
    static NDArray logSoftmax(NDArray logits) {
        return JniUtils.logSoftmax((PtNDArray) logits, 1, DataType.FLOAT32);
    }

    /** The element of each row that {@code labels} (B) names: (B). */
    static NDArray ofLabel(NDArray rows, NDArray labels) {
        // The sum only takes the second dimension, of extent 1, away.
        return JniUtils.gather((PtNDArray) rows, (PtNDArray) labels.expandDims(1), 1)
                .sum(new int[] {1});
    }

    static NDArray softplus(NDArray x) {
        return JniUtils.softPlus((PtNDArray) x);
    }

    static NDArray sigmoid(NDArray x) {
        return JniUtils.sigmoid((PtNDArray) x);
    }
}
