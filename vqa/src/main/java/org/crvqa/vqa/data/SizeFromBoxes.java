package org.crvqa.vqa.data;

import java.nio.FloatBuffer;
import java.util.OptionalDouble;
import org.crvqa.vqa.data.ImageRegions.Size;

/**
 * Finds the size of an image that a file leaves out, from its boxes in pixels and the same boxes divided by the size.
 * With it, boxes in pixels are divided as those of a TSV are, so that both give the same numbers to the bit. That matters
 * since converters compute x2/w as x1/w + (x2 - x1)/w, which rounds otherwise.
 */
final class SizeFromBoxes {
    /** By so much boxes of both kinds may differ when no size explains them to the bit, as after rounding to float16. */
    private static final float TOLERANCE_PIXELS = 1f;

    private static final int NEAR_FLOATS = 8;
    private static final double HALF_PRECISION = 0x1p-10;

    private final FloatBuffer pixels;
    private final FloatBuffer divided;
    private final int columns;
    private final int count;

    private SizeFromBoxes(FloatBuffer pixels, FloatBuffer divided, int columns) {
        this.pixels = pixels;
        this.divided = divided;
        this.columns = columns;
        this.count = pixels.remaining() / DatasetFiles.BOX_NUMBERS;
    }

    /**
     * The size of the image; {@link NormalizedBoxes#SIZE} when no size gives exactly these numbers, but one nearly does,
     * so that the divided boxes are to be taken as they are.
     *
     * @param pixels [count, 4] as x1, y1, x2, y2, all finite
     * @param divided [count, columns], the first four of which are the same boxes divided by the size
     * @throws org.crvqa.artifacts.InvalidInputException when the boxes are not the same
     */
    static Size of(Place place, FloatBuffer pixels, FloatBuffer divided, int columns) {
        SizeFromBoxes boxes = new SizeFromBoxes(pixels, divided, columns);
        OptionalDouble width = boxes.extent(place, 0);
        OptionalDouble height = boxes.extent(place, 1);
        return width.isPresent() && height.isPresent()
                ? new Size((float) width.getAsDouble(), (float) height.getAsDouble())
                : NormalizedBoxes.SIZE;
    }

    private OptionalDouble extent(Place place, int axis) {
        double estimate = estimate(axis);
        float whole = (float) Math.rint(estimate);
        if (whole > 0 && explains(axis, whole)) {
            return OptionalDouble.of(whole);
        }
        float near = (float) estimate;
        for (int i = 0; i < NEAR_FLOATS; i++) {
            near = Math.nextDown(near);
        }
        for (int i = 0; i <= 2 * NEAR_FLOATS; i++) {
            if (near > 0 && explains(axis, near)) {
                return OptionalDouble.of(near);
            }
            near = Math.nextUp(near);
        }
        requireNear(place, axis, estimate);
        return OptionalDouble.empty();
    }

    /** By the number that was divided with the smallest error: the largest. 1 when all are 0. */
    private double estimate(int axis) {
        double estimate = 1;
        float largest = 0;
        for (int i = 0; i < count; i++) {
            for (int corner = axis; corner < DatasetFiles.BOX_NUMBERS; corner += 2) {
                float quotient = quotient(i, corner);
                if (quotient > largest && pixel(i, corner) > 0) {
                    largest = quotient;
                    estimate = (double) pixel(i, corner) / quotient;
                }
            }
        }
        return estimate;
    }

    /** Whether division by the extent gives all numbers, in one of the ways in which converters compute them. */
    private boolean explains(int axis, float extent) {
        for (int i = 0; i < count; i++) {
            float low = pixel(i, axis);
            float high = pixel(i, axis + 2);
            float second = quotient(i, axis + 2);
            boolean explained = low / extent == quotient(i, axis)
                    && (high / extent == second
                            || low / extent + (high - low) / extent == second
                            || (float) ((double) low / extent + (double) (high - low) / extent) == second);
            if (!explained) {
                return false;
            }
        }
        return true;
    }

    private void requireNear(Place place, int axis, double extent) {
        for (int i = 0; i < count; i++) {
            for (int corner = axis; corner < DatasetFiles.BOX_NUMBERS; corner += 2) {
                double back = quotient(i, corner) * extent;
                if (!(Math.abs(back - pixel(i, corner)) <= TOLERANCE_PIXELS + HALF_PRECISION * extent)) {
                    throw place.invalid(
                            "image_bb and spatial_features of region " + i + " are not the same box: "
                                    + pixel(i, corner) + " and " + quotient(i, corner) + " stand at place " + corner
                                    + ", where other regions give an image of about " + (float) extent
                                    + " pixels",
                            "Give the HDF5 file as the converter wrote it; spatial_features are x1/w, y1/h, x2/w,"
                                    + " y2/h.");
                }
            }
        }
    }

    private float pixel(int region, int corner) {
        return pixels.get(region * DatasetFiles.BOX_NUMBERS + corner);
    }

    private float quotient(int region, int corner) {
        return divided.get(region * columns + corner);
    }
}
