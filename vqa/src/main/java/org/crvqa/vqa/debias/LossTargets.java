package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.crvqa.vqa.tensor.Torch;

/**
 * What a loss compares logits with; the tensors stay their owner's to close, after the backward pass.
 *
 * @param scores (B, A) soft target scores in [0, 1]; a row of zeros is an example without label
 * @param bias (B, A) probabilities of the bias prior, 0 and 1 included
 * @param labels (B), 64-bit integers: the answer with the highest score, the one named first among equals; a random
 *     answer, fixed by the dataset, where the example has no label
 * @param labelled (B): 1 where the example has a label, else 0
 */
public record LossTargets(NDArray scores, NDArray bias, NDArray labels, NDArray labelled) {
    /** The mean of losses (B), over labelled examples only where {@code labelledOnly}; 0 when there is none. */
    NDArray mean(Torch torch, NDArray examples, boolean labelledOnly) {
        if (!labelledOnly) {
            return examples.mean();
        }
        NDArray count = JniUtils.max((PtNDArray) labelled.sum(), (PtNDArray) torch.scalar(1f));
        return examples.mul(labelled).sum().div(count);
    }
}
