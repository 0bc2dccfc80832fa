package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.crvqa.vqa.tensor.Torch;

/** The one operation whose precision can be chosen. */
final class Linear {
    private Linear() {}

    /** x Wᵀ + b with W (out, in), in 32-bit floats whatever the precision of the product. */
    static NDArray apply(Torch torch, Precision precision, NDArray x, NDArray weight, NDArray bias) {
        return switch (precision) {
            case FLOAT32 -> JniUtils.linear((PtNDArray) x, (PtNDArray) weight, (PtNDArray) bias);
            case BFLOAT16 -> torch.ops().linearBfloat16(x, weight, bias);
        };
    }
}
