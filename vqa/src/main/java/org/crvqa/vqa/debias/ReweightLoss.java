package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/**
 * Binary cross entropy of every answer weighted by 1 − b, divided by the sum of the weights of the batch (Clark et al.
 * 2019). Where every b is 1, so that nothing has a weight, the loss and its gradient are 0.
 */
record ReweightLoss(Torch torch) implements DebiasLoss {
    @Override
    public NDArray value(NDArray logits, NDArray pooled, LossTargets targets, Weights parameters) {
        return Scopes.within(logits.getManager(), () -> {
            NDArray weights = torch.scalar(1f).sub(targets.bias());
            NDArray weighted =
                    CrossEntropy.withLogits(torch, logits, targets.scores()).mul(weights);
            // Below any sum of weights but 0: the smallest float below 1 is 6e-8 away from it.
            NDArray total = JniUtils.max((PtNDArray) weights.sum(), (PtNDArray) torch.scalar(Float.MIN_NORMAL));
            return weighted.sum().div(total);
        });
    }

    @Override
    public Map<String, long[]> parameters(int hidden) {
        return Map.of();
    }

    @Override
    public float[] initial(WeightInit init, int hidden, String name) {
        throw new IllegalArgumentException("reweight has no parameter " + name);
    }

    @Override
    public boolean trainsParameters() {
        return false;
    }
}
