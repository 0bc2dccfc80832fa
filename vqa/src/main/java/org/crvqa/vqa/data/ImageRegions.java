package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.crvqa.vqa.tensorfile.Float16;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * The regions of one image, checked, whatever kind of file they came from.
 *
 * @param place where the image stands, for messages
 * @param count number of regions, at least 1
 * @param width numbers per region
 * @param boxes [count, 4] float32 as (x1/w, y1/h, x2/w, y2/h), little-endian
 * @param features [count, width] of the type to be stored, little-endian
 */
record ImageRegions(Place place, long imageId, int count, int width, ByteBuffer boxes, ByteBuffer features) {
    /** Batches have room for the image with the most regions, so that one image must not make them huge. */
    static final int MAX_REGIONS = 1000;

    /** Boxes are stored in single precision and cut at the image's border, some at its last pixel. */
    private static final float TOLERANCE_PIXELS = 1f;

    /**
     * An image's size, by which boxes in pixels are divided.
     *
     * @param width in pixels, more than 0
     * @param height in pixels, more than 0
     */
    record Size(float width, float height) {}

    /**
     * Checks numbers as they stand in a file and brings them into the form that is stored.
     *
     * @param size of the image
     * @param boxes [count, 4] as (x1, y1, x2, y2) in pixels
     * @param features [count, any width] little-endian float32
     * @param type of the stored features: F32 or F16
     * @throws org.crvqa.artifacts.InvalidInputException when anything is not as it must be
     */
    static ImageRegions of(
            Place place, long imageId, Size size, int count, FloatBuffer boxes, ByteBuffer features, TensorType type) {
        if (count < 1 || count > MAX_REGIONS) {
            throw place.invalid(
                    "the image has " + count + " regions, expected 1 to " + MAX_REGIONS,
                    "Leave the image out or give it regions.");
        }
        if (boxes.remaining() != count * DatasetFiles.BOX_NUMBERS) {
            throw place.invalid(
                    "boxes hold " + boxes.remaining() + " numbers, expected num_boxes " + count + " x 4",
                    Place.REPLACE);
        }
        int numbers = features.remaining() / Float.BYTES;
        if (numbers == 0 || numbers % count != 0) {
            throw place.invalid(
                    "features hold " + numbers + " numbers, expected a multiple of num_boxes " + count, Place.REPLACE);
        }
        int width = numbers / count;
        requireFinite(place, "features", features.asFloatBuffer(), width);
        return new ImageRegions(
                place,
                imageId,
                count,
                width,
                normalized(place, boxes, size.width(), size.height()),
                type == TensorType.F16 ? halves(place, features, width) : features);
    }

    /** @throws org.crvqa.artifacts.InvalidInputException when a number is not finite; it has a place in a row of so many */
    static void requireFinite(Place place, String name, FloatBuffer values, int width) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw place.invalid(
                        name + " of region " + i / width + " hold " + values.get(i) + " at place " + i % width
                                + ", expected finite numbers",
                        "Extract the features of this image again.");
            }
        }
    }

    private static ByteBuffer halves(Place place, ByteBuffer features, int width) {
        ByteBuffer halves = littleEndian(features.remaining() / 2);
        FloatBuffer values = features.asFloatBuffer();
        for (int i = 0; i < values.limit(); i++) {
            short half = Float16.of(values.get(i));
            if (!Float.isFinite(Float16.toFloat(half))) {
                throw place.invalid(
                        "features of region " + i / width + " hold " + values.get(i) + " at place " + i % width
                                + ", which float16 cannot hold: its largest number is " + Float16.MAX_VALUE,
                        "Import with float32 features.");
            }
            halves.putShort(half);
        }
        return halves.flip();
    }

    private static ByteBuffer normalized(Place place, FloatBuffer boxes, float width, float height) {
        requireFinite(place, "boxes", boxes, DatasetFiles.BOX_NUMBERS);
        ByteBuffer result = littleEndian(boxes.remaining() * Float.BYTES);
        for (int i = 0; i < boxes.limit(); i += DatasetFiles.BOX_NUMBERS) {
            float x1 = boxes.get(i);
            float y1 = boxes.get(i + 1);
            float x2 = boxes.get(i + 2);
            float y2 = boxes.get(i + 3);
            if (!within(x1, x2, width) || !within(y1, y2, height)) {
                throw place.invalid(
                        "box " + i / DatasetFiles.BOX_NUMBERS + " (" + x1 + ", " + y1 + ", " + x2 + ", " + y2
                                + ") is not within the image of " + width + " x " + height
                                + ", expected 0 <= x1 <= x2 <= width and 0 <= y1 <= y2 <= height in pixels",
                        "Check that boxes are in pixels of the image's size as given in the line.");
            }
            result.putFloat(x1 / width)
                    .putFloat(y1 / height)
                    .putFloat(x2 / width)
                    .putFloat(y2 / height);
        }
        return result.flip();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean within(float low, float high, float size) {
        return low >= -TOLERANCE_PIXELS && low <= high && high <= size + TOLERANCE_PIXELS;
    }
}
