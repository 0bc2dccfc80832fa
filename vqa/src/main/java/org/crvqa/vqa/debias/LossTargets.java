package org.crvqa.vqa.debias;

import ai.djl.ndarray.NDArray;

/**
 * What a loss compares logits with; both tensors stay their owner's to close, after the backward pass.
 *
 * @param scores (B, A) soft target scores in [0, 1]; a row of zeros is an example without label
 * @param bias (B, A) probabilities of the bias prior, 0 and 1 included
 */
public record LossTargets(NDArray scores, NDArray bias) {}
