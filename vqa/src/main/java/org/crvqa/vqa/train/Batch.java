package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import org.crvqa.vqa.debias.LossTargets;
import org.jspecify.annotations.Nullable;

/**
 * B examples: questions of T word pieces, R regions of F features, A answers. The tensors stay their owner's to close,
 * after the backward pass.
 *
 * @param tokenIds (B, T), 64-bit integers
 * @param tokenMask (B, T), 1 for a word piece and 0 for padding; null where padding is attended
 * @param features (B, R, F)
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
        LossTargets targets) {}
