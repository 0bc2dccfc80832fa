package org.crvqa.vqa.train;

import org.crvqa.vqa.model.Precision;

/** Precisions as task specs name them. */
final class Precisions {
    private Precisions() {}

    /** Of a valid spec; unset: 32-bit floats. */
    static Precision of(org.crvqa.task.v1.Precision spec) {
        return switch (spec) {
            case PRECISION_UNSPECIFIED -> Precision.FLOAT32;
            case PRECISION_BFLOAT16 -> Precision.BFLOAT16;
            case UNRECOGNIZED -> throw new IllegalArgumentException("No precision");
        };
    }
}
