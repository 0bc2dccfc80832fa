package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;

/**
 * One image of a bottom-up-attention TSV: {@code image_id image_w image_h num_boxes boxes features}, the last two
 * base64 of little-endian float32, row-major.
 *
 * @param count number of regions, at least 1
 * @param boxes [count, 4] as (x1/w, y1/h, x2/w, y2/h)
 * @param features [count, width]
 */
record RegionLine(long imageId, int count, FloatBuffer boxes, FloatBuffer features) {
    private static final int FIELDS = 6;
    private static final int LXMERT_FIELDS = 10;
    private static final int MAX_REGIONS = 10_000;
    /** Boxes are stored in single precision and cut at the image's border, some at its last pixel. */
    private static final float TOLERANCE_PIXELS = 1f;

    private static final String REPLACE_LINE = "Give the complete file; the line may be cut or damaged.";

    /** Parses and checks. @throws org.crvqa.artifacts.InvalidInputException when anything is not as it must be */
    static RegionLine parse(TsvLines line) {
        requireFields(line);
        long imageId = wholeNumber(line, 0, "image_id", Long.MAX_VALUE);
        float width = size(line, 1, "image_w");
        float height = size(line, 2, "image_h");
        int count = (int) wholeNumber(line, 3, "num_boxes", MAX_REGIONS);
        if (count == 0) {
            throw line.invalid("num_boxes is 0, expected at least 1", "Leave the image out or give it regions.");
        }
        FloatBuffer boxes = floats(line, 4, "boxes");
        if (boxes.remaining() != count * DatasetFiles.BOX_NUMBERS) {
            throw line.invalid(
                    "boxes hold " + boxes.remaining() + " numbers, expected num_boxes " + count + " x 4", REPLACE_LINE);
        }
        FloatBuffer features = floats(line, 5, "features");
        if (features.remaining() == 0 || features.remaining() % count != 0) {
            throw line.invalid(
                    "features hold " + features.remaining() + " numbers, expected a multiple of num_boxes " + count,
                    REPLACE_LINE);
        }
        requireFinite(line, "features", features, features.remaining() / count);
        return new RegionLine(imageId, count, normalized(line, boxes, width, height), features);
    }

    /** Numbers per region. */
    int width() {
        return features.capacity() / count;
    }

    private static void requireFields(TsvLines line) {
        int fields = line.fields().size();
        if (fields != FIELDS) {
            String lxmert = fields == LXMERT_FIELDS ? " (the columns of LXMERT's TSV?)" : "";
            throw line.invalid(
                    "found " + fields + " tab-separated fields" + lxmert
                            + ", expected 6: image_id image_w image_h num_boxes boxes features",
                    fields == LXMERT_FIELDS ? "Give features in the form of bottom-up-attention." : REPLACE_LINE);
        }
    }

    private static long wholeNumber(TsvLines line, int field, String name, long most) {
        try {
            long value = Long.parseLong(line.text(field));
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        throw line.invalid(
                name + " is " + line.shown(field) + ", expected a whole number from 0 to " + most,
                "Correct the line; a header line must be removed.");
    }

    private static float size(TsvLines line, int field, String name) {
        try {
            float value = Float.parseFloat(line.text(field));
            if (value > 0 && value <= Integer.MAX_VALUE) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        throw line.invalid(name + " is " + line.shown(field) + ", expected a positive number", "Correct the line.");
    }

    private static FloatBuffer floats(TsvLines line, int field, String name) {
        ByteBuffer bytes;
        try {
            bytes = Base64.getDecoder().decode(line.fields().get(field).duplicate());
        } catch (IllegalArgumentException e) {
            throw line.invalid(name + " is not valid base64: " + e.getMessage(), REPLACE_LINE);
        }
        if (bytes.remaining() % Float.BYTES != 0) {
            throw line.invalid(
                    name + " holds " + bytes.remaining() + " bytes, expected a multiple of 4: little-endian float32",
                    REPLACE_LINE);
        }
        return bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static void requireFinite(TsvLines line, String name, FloatBuffer values, int width) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw line.invalid(
                        name + " of region " + i / width + " hold " + values.get(i) + " at place " + i % width
                                + ", expected finite numbers",
                        "Extract the features of this image again.");
            }
        }
    }

    private static FloatBuffer normalized(TsvLines line, FloatBuffer boxes, float width, float height) {
        requireFinite(line, "boxes", boxes, DatasetFiles.BOX_NUMBERS);
        FloatBuffer result = FloatBuffer.allocate(boxes.remaining());
        for (int i = 0; i < boxes.limit(); i += DatasetFiles.BOX_NUMBERS) {
            float x1 = boxes.get(i);
            float y1 = boxes.get(i + 1);
            float x2 = boxes.get(i + 2);
            float y2 = boxes.get(i + 3);
            if (!within(x1, x2, width) || !within(y1, y2, height)) {
                throw line.invalid(
                        "box " + i / DatasetFiles.BOX_NUMBERS + " (" + x1 + ", " + y1 + ", " + x2 + ", " + y2
                                + ") is not within the image of " + width + " x " + height
                                + ", expected 0 <= x1 <= x2 <= width and 0 <= y1 <= y2 <= height in pixels",
                        "Check that boxes are in pixels of the image's size as given in the line.");
            }
            result.put(x1 / width).put(y1 / height).put(x2 / width).put(y2 / height);
        }
        return result.flip();
    }

    private static boolean within(float low, float high, float size) {
        return low >= -TOLERANCE_PIXELS && low <= high && high <= size + TOLERANCE_PIXELS;
    }
}
