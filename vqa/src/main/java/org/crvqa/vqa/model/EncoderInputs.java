package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * B questions of T word pieces about images of R regions. The tensors stay their owners' and must stay open until a
 * backward pass is done.
 *
 * @param tokenIds (B, T) 64-bit integers
 * @param tokenMask (B, T) floats, 1 where a word piece may be attended and 0 where not; null lets all be attended
 * @param features (B, R, F) region features
 * @param boxes (B, R, 4) x1, y1, x2, y2 as fractions of the image
 * @param regionMask (B, R) floats, 1 where a region may be attended and 0 where not; null lets all be attended
 */
public record EncoderInputs(
        NDArray tokenIds,
        @Nullable NDArray tokenMask,
        NDArray features,
        NDArray boxes,
        @Nullable NDArray regionMask) {
    /** @throws IllegalArgumentException when the shapes do not fit each other or the model */
    void check(ModelConfig config) {
        Shape tokens = tokenIds.getShape();
        Shape regions = features.getShape();
        boolean fits = tokens.dimension() == 2
                && regions.dimension() == 3
                && tokens.get(1) <= config.maxPositions()
                && regions.get(0) == tokens.get(0)
                && regions.get(2) == config.featureSize()
                && boxes.getShape().equals(new Shape(regions.get(0), regions.get(1), 4))
                && (tokenMask == null || tokenMask.getShape().equals(tokens))
                && (regionMask == null || regionMask.getShape().equals(new Shape(regions.get(0), regions.get(1))));
        if (!fits) {
            throw new IllegalArgumentException("Tokens " + tokens + ", token mask " + shape(tokenMask) + ", features "
                    + regions + ", boxes " + boxes.getShape() + ", region mask " + shape(regionMask)
                    + ": expected (B, T), (B, T), (B, R, " + config.featureSize()
                    + "), (B, R, 4), (B, R) with T at most " + config.maxPositions());
        }
    }

    private static String shape(@Nullable NDArray tensor) {
        return tensor == null ? "none" : tensor.getShape().toString();
    }
}
