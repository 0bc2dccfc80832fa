package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.crvqa.vqa.debias.LossTargets;
import org.crvqa.vqa.model.EncoderInputs;
import org.jspecify.annotations.Nullable;

/**
 * B examples: questions of T word pieces, R regions of F features, A answers. The tensors stay their owner's to close,
 * after the backward pass.
 *
 * @param tokenIds (B, T), 64-bit integers
 * @param tokenMask (B, T), 1 for a word piece and 0 for padding; null where padding is attended
 * @param features (B, R, F), floats of 32 or, as they may be stored, of 16 bits
 * @param boxes (B, R, 4), in [0, 1]
 * @param regionMask (B, R), 1 for a region and 0 where the image has fewer; null where all are attended
 * @param targets what a loss compares the logits with
 */
record Batch(
        NDArray tokenIds,
        @Nullable NDArray tokenMask,
        NDArray features,
        NDArray boxes,
        @Nullable NDArray regionMask,
        LossTargets targets) {
    /** The encoder's part, whose results then belong to {@code owner}. */
    EncoderInputs inputs(NDManager owner) {
        // The results of a model belong to the owner of the token identifiers.
        NDArray ids = tokenIds.stopGradient();
        ids.attach(owner);
        return new EncoderInputs(ids, tokenMask, floats(owner), boxes, regionMask);
    }

    private NDArray floats(NDManager owner) {
        if (features.getDataType() == DataType.FLOAT32) {
            return features;
        }
        NDArray cast = features.toType(DataType.FLOAT32, false);
        cast.attach(owner);
        return cast;
    }
}
