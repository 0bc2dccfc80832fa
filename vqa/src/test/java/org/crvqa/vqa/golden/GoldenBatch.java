package org.crvqa.vqa.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.crvqa.vqa.debias.LossTargets;

/** One batch of the golden files. */
public record GoldenBatch(NDArray tokenIds, NDArray features, NDArray boxes, NDArray scores, NDArray bias) {
    /** For losses that need no label: all labels are answer 0. */
    public LossTargets targets() {
        NDArray none = scores.getManager().zeros(new Shape(scores.getShape().get(0)));
        return new LossTargets(scores, bias, none.toType(DataType.INT64, false), none);
    }
}
