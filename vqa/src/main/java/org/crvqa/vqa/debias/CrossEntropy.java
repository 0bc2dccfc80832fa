package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.crvqa.vqa.tensor.Torch;

/** Cross entropies of two-way distributions given by logits, element by element and without cancellation. */
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

    static NDArray softplus(NDArray x) {
        return JniUtils.softPlus((PtNDArray) x);
    }

    static NDArray sigmoid(NDArray x) {
        return JniUtils.sigmoid((PtNDArray) x);
    }
}
