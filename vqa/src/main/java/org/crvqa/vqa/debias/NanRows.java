package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.BinaryOperator;
import org.crvqa.vqa.tensor.Torch;

/** The mean over a batch in which an example that comes out NaN counts as 0. */
final class NanRows {
    private final Torch torch;
    private final NDArray broken;
    private final NDArray rows;

    /** {@code examples}: (B), what the examples come to as they are. */
    NanRows(Torch torch, NDArray examples) {
        this.torch = torch;
        this.broken = examples.isNaN();
        this.rows = broken.expandDims(1);
    }

    /** (B, any width), broken rows replaced by zeros. */
    NDArray mend(NDArray values) {
        return zeroWhere(torch, rows, values);
    }

    /** The mean of (B), without dimensions. */
    NDArray mean(NDArray examples) {
        return zeroWhere(torch, broken, examples).mean();
    }

    /**
     * The mean of {@code perExample(logits, pooled)}, which has shape (B).
     *
     * <p>The inputs of broken examples are replaced and all is computed again: choosing among results is not enough,
     * since the gradient of what is not chosen would still be 0 · NaN. Whether any is broken is not asked, since asking
     * would wait for the device; where none is, the second result is the first.
     */
    static NDArray mean(Torch torch, NDArray logits, NDArray pooled, BinaryOperator<NDArray> perExample) {
        NanRows rows = new NanRows(torch, perExample.apply(logits, pooled));
        return rows.mean(perExample.apply(rows.mend(logits), rows.mend(pooled)));
    }

    private static NDArray zeroWhere(Torch torch, NDArray condition, NDArray values) {
        return JniUtils.where((PtNDArray) condition, (PtNDArray) torch.scalar(0f), (PtNDArray) values);
    }
}
