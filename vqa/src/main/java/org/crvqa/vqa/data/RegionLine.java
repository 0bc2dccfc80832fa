package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.vqa.tensorfile.Float16;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * One image of a TSV of region features. Its number of columns tells its kind: 6 of bottom-up-attention, {@code
 * image_id image_w image_h num_boxes boxes features}, or 10 of LXMERT, {@code img_id img_h img_w objects_id objects_conf
 * attrs_id attrs_conf num_boxes boxes features}. Boxes and features are base64 of little-endian float32, row-major.
 *
 * @param count number of regions, at least 1
 * @param width numbers per region
 * @param boxes [count, 4] float32 as (x1/w, y1/h, x2/w, y2/h), little-endian
 * @param features [count, width] of the type to be stored, little-endian
 */
record RegionLine(TsvLine line, long imageId, int count, int width, ByteBuffer boxes, ByteBuffer features) {
    /** Batches have room for the image with the most regions, so that one line must not make them huge. */
    static final int MAX_REGIONS = 1000;

    private static final int BOTTOM_UP_FIELDS = 6;
    private static final int LXMERT_FIELDS = 10;
    private static final Pattern COCO_ID = Pattern.compile("COCO_[a-z]+[0-9]+_([0-9]{1,18})");
    /** Boxes are stored in single precision and cut at the image's border, some at its last pixel. */
    private static final float TOLERANCE_PIXELS = 1f;

    private static final String REPLACE_LINE = "Give the complete file; the line may be cut or damaged.";

    /**
     * Parses and checks.
     *
     * @param type of the stored features: F32 or F16
     * @throws org.crvqa.artifacts.InvalidInputException when anything is not as it must be
     */
    static RegionLine parse(TsvLine line, TensorType type) {
        return switch (line.fields()) {
            case BOTTOM_UP_FIELDS -> {
                long imageId = wholeNumber(line, 0, "image_id", Long.MAX_VALUE);
                float imageWidth = size(line, 1, "image_w");
                yield parse(line, imageId, imageWidth, size(line, 2, "image_h"), 3, type);
            }
            case LXMERT_FIELDS -> {
                long imageId = cocoId(line);
                float imageHeight = size(line, 1, "img_h");
                yield parse(line, imageId, size(line, 2, "img_w"), imageHeight, 7, type);
            }
            default ->
                throw line.invalid(
                        "found " + line.fields() + " tab-separated fields, expected 6 (image_id image_w image_h "
                                + "num_boxes boxes features) or 10 (img_id img_h img_w objects_id objects_conf attrs_id "
                                + "attrs_conf num_boxes boxes features)",
                        REPLACE_LINE);
        };
    }

    private static RegionLine parse(
            TsvLine line, long imageId, float imageWidth, float imageHeight, int countField, TensorType type) {
        int count = (int) wholeNumber(line, countField, "num_boxes", MAX_REGIONS);
        if (count == 0) {
            throw line.invalid("num_boxes is 0, expected at least 1", "Leave the image out or give it regions.");
        }
        FloatBuffer boxes = floats(line, countField + 1, "boxes").asFloatBuffer();
        if (boxes.remaining() != count * DatasetFiles.BOX_NUMBERS) {
            throw line.invalid(
                    "boxes hold " + boxes.remaining() + " numbers, expected num_boxes " + count + " x 4", REPLACE_LINE);
        }
        ByteBuffer features = floats(line, countField + 2, "features");
        int numbers = features.remaining() / Float.BYTES;
        if (numbers == 0 || numbers % count != 0) {
            throw line.invalid(
                    "features hold " + numbers + " numbers, expected a multiple of num_boxes " + count, REPLACE_LINE);
        }
        int width = numbers / count;
        requireFinite(line, "features", features.asFloatBuffer(), width);
        return new RegionLine(
                line,
                imageId,
                count,
                width,
                normalized(line, boxes, imageWidth, imageHeight),
                type == TensorType.F16 ? halves(line, features, width) : features);
    }

    private static long wholeNumber(TsvLine line, int field, String name, long most) {
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

    /** LXMERT names images as COCO names files, the questions number them. */
    private static long cocoId(TsvLine line) {
        Matcher name = COCO_ID.matcher(line.text(0));
        if (!name.matches()) {
            throw line.invalid(
                    "img_id is " + line.shown(0) + ", expected a name such as COCO_val2014_000000262148",
                    "Correct the line; a header line must be removed.");
        }
        return Long.parseLong(name.group(1));
    }

    private static float size(TsvLine line, int field, String name) {
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

    private static ByteBuffer floats(TsvLine line, int field, String name) {
        ByteBuffer bytes;
        try {
            bytes = Base64.getDecoder().decode(line.field(field));
        } catch (IllegalArgumentException e) {
            throw line.invalid(name + " is not valid base64: " + e.getMessage(), REPLACE_LINE);
        }
        if (bytes.remaining() % Float.BYTES != 0) {
            throw line.invalid(
                    name + " holds " + bytes.remaining() + " bytes, expected a multiple of 4: little-endian float32",
                    REPLACE_LINE);
        }
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void requireFinite(TsvLine line, String name, FloatBuffer values, int width) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw line.invalid(
                        name + " of region " + i / width + " hold " + values.get(i) + " at place " + i % width
                                + ", expected finite numbers",
                        "Extract the features of this image again.");
            }
        }
    }

    private static ByteBuffer halves(TsvLine line, ByteBuffer features, int width) {
        ByteBuffer halves = littleEndian(features.remaining() / 2);
        FloatBuffer values = features.asFloatBuffer();
        for (int i = 0; i < values.limit(); i++) {
            short half = Float16.of(values.get(i));
            if (!Float.isFinite(Float16.toFloat(half))) {
                throw line.invalid(
                        "features of region " + i / width + " hold " + values.get(i) + " at place " + i % width
                                + ", which float16 cannot hold: its largest number is " + Float16.MAX_VALUE,
                        "Import with float32 features.");
            }
            halves.putShort(half);
        }
        return halves.flip();
    }

    private static ByteBuffer normalized(TsvLine line, FloatBuffer boxes, float width, float height) {
        requireFinite(line, "boxes", boxes, DatasetFiles.BOX_NUMBERS);
        ByteBuffer result = littleEndian(boxes.remaining() * Float.BYTES);
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
