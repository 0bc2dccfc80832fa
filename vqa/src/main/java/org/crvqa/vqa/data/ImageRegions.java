package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.crvqa.vqa.tensorfile.Float16;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * The regions of one image, whatever kind of file they came from: features checked, boxes as they stand in the file,
 * since in what unit they are shows only over many images; see {@link ImageBoxes}.
 *
 * @param place where the image stands, for messages
 * @param size of the image
 * @param count number of regions, at least 1
 * @param width numbers per region
 * @param boxes [count, 4] finite, as in the file
 * @param features [count, width] of the type to be stored, little-endian
 */
record ImageRegions(
        Place place, long imageId, Size size, int count, int width, FloatBuffer boxes, ByteBuffer features) {
    /** Batches have room for the image with the most regions, so that one image must not make them huge. */
    static final int MAX_REGIONS = 1000;

    /**
     * An image's size, by which boxes in pixels are divided.
     *
     * @param width in pixels, more than 0
     * @param height in pixels, more than 0
     */
    record Size(float width, float height) {}

    /**
     * Checks numbers as they stand in a file and brings features into the form that is stored.
     *
     * @param size of the image
     * @param boxes [count, 4] as (x1, y1, x2, y2) in pixels, or in the unit that the import's options say; copied
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
        FloatBuffer kept =
                FloatBuffer.allocate(boxes.remaining()).put(boxes.duplicate()).flip();
        requireFinite(place, "boxes", kept, DatasetFiles.BOX_NUMBERS);
        return new ImageRegions(
                place,
                imageId,
                size,
                count,
                width,
                kept,
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

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
