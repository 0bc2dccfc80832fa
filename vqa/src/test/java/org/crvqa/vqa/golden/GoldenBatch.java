package org.crvqa.vqa.golden;

import ai.djl.ndarray.NDArray;
import org.crvqa.vqa.debias.LossTargets;

/** One batch of the golden files. */
public record GoldenBatch(NDArray tokenIds, NDArray features, NDArray boxes, NDArray scores, NDArray bias) {
    public LossTargets targets() {
        return new LossTargets(scores, bias);
    }
}
