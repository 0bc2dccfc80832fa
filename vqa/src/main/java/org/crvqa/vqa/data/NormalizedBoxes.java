package org.crvqa.vqa.data;

import java.nio.FloatBuffer;
import org.crvqa.vqa.data.ImageRegions.Size;

/** Boxes that were divided by the image's size before. */
final class NormalizedBoxes {
    /** What size such boxes are to be divided by. */
    static final Size SIZE = new Size(1, 1);

    /** Boxes reach beyond the image by rounding, and some by a pixel. */
    private static final float TOLERANCE = 0.01f;

    private NormalizedBoxes() {}

    /**
     * The first four columns of a matrix, checked.
     *
     * @param columns of the matrix, at least 4; the first are x1/w, y1/h, x2/w, y2/h
     * @param name of the matrix, for messages
     * @throws org.crvqa.artifacts.InvalidInputException when one is not within the image
     */
    static FloatBuffer of(Place place, FloatBuffer matrix, int columns, String name) {
        int count = matrix.remaining() / columns;
        FloatBuffer boxes = FloatBuffer.allocate(count * DatasetFiles.BOX_NUMBERS);
        for (int i = 0; i < count; i++) {
            float x1 = matrix.get(i * columns);
            float y1 = matrix.get(i * columns + 1);
            float x2 = matrix.get(i * columns + 2);
            float y2 = matrix.get(i * columns + 3);
            if (!within(x1, x2) || !within(y1, y2)) {
                throw place.invalid(
                        name + " of region " + i + " are (" + x1 + ", " + y1 + ", " + x2 + ", " + y2
                                + "), expected x1, y1, x2, y2 divided by the image's width and height: 0 <= x1 <= x2"
                                + " <= 1 and 0 <= y1 <= y2 <= 1",
                        "Check how the file was made.");
            }
            boxes.put(x1).put(y1).put(x2).put(y2);
        }
        return boxes.flip();
    }

    private static boolean within(float low, float high) {
        return low >= -TOLERANCE && low <= high && high <= 1 + TOLERANCE;
    }
}
