package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * Reads one image of a TSV of region features. Its number of columns tells its kind: 6 of bottom-up-attention, {@code
 * image_id image_w image_h num_boxes boxes features}, or 10 of LXMERT, {@code img_id img_h img_w objects_id objects_conf
 * attrs_id attrs_conf num_boxes boxes features}. Boxes and features are base64 of little-endian float32, row-major.
 */
final class RegionLine {
    private static final int BOTTOM_UP_FIELDS = 6;
    private static final int LXMERT_FIELDS = 10;
    private static final Pattern COCO_ID = Pattern.compile("COCO_[a-z]+[0-9]+_([0-9]{1,18})");

    /** As it starts a line of either kind, after a byte order mark at most. */
    private static final Pattern ANY_ID =
            Pattern.compile("(?:\u00ef\u00bb\u00bf)?(?:COCO_[a-z]+[0-9]+_)?([0-9]{1,18})");

    private RegionLine() {}

    /**
     * Parses and checks.
     *
     * @param type of the stored features: F32 or F16
     * @throws org.crvqa.artifacts.InvalidInputException when anything is not as it must be
     */
    static ImageRegions parse(TsvLine line, TensorType type) {
        return switch (line.fields()) {
            case BOTTOM_UP_FIELDS -> {
                long imageId = wholeNumber(line, 0, "image_id", Long.MAX_VALUE);
                float imageWidth = size(line, 1, "image_w");
                yield parse(line, imageId, new ImageRegions.Size(imageWidth, size(line, 2, "image_h")), 3, type);
            }
            case LXMERT_FIELDS -> {
                long imageId = cocoId(line);
                float imageHeight = size(line, 1, "img_h");
                yield parse(line, imageId, new ImageRegions.Size(size(line, 2, "img_w"), imageHeight), 7, type);
            }
            default ->
                throw line.invalid(
                        "found " + line.fields() + " tab-separated fields, expected 6 (image_id image_w image_h "
                                + "num_boxes boxes features) or 10 (img_id img_h img_w objects_id objects_conf attrs_id "
                                + "attrs_conf num_boxes boxes features)",
                        Place.REPLACE);
        };
    }

    /** The id that a first field holds: a number, or a name of COCO; empty for anything else. */
    static OptionalLong imageId(String field) {
        Matcher id = ANY_ID.matcher(field);
        return id.matches() ? OptionalLong.of(Long.parseLong(id.group(1))) : OptionalLong.empty();
    }

    private static ImageRegions parse(
            TsvLine line, long imageId, ImageRegions.Size size, int countField, TensorType type) {
        int count = (int) wholeNumber(line, countField, "num_boxes", ImageRegions.MAX_REGIONS);
        if (count == 0) {
            throw line.invalid("num_boxes is 0, expected at least 1", "Leave the image out or give it regions.");
        }
        FloatBuffer boxes = floats(line, countField + 1, "boxes").asFloatBuffer();
        ByteBuffer features = floats(line, countField + 2, "features");
        return ImageRegions.of(line.place(), imageId, size, count, boxes, features, type);
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

    /** What Python 3 writes of bytes that were not decoded. */
    private static boolean isBytesLiteral(ByteBuffer text) {
        return text.remaining() > 1
                && "bB".indexOf(text.get(text.position())) >= 0
                && "'\"".indexOf(text.get(text.position() + 1)) >= 0;
    }

    private static ByteBuffer floats(TsvLine line, int field, String name) {
        ByteBuffer text = line.field(field);
        if (isBytesLiteral(text)) {
            throw line.invalid(
                    name + " is a bytes literal of Python, " + line.shown(field)
                            + ", expected base64 without the b'…' around it",
                    "Write the file again with base64.b64encode(…).decode('ascii'), or take b' and ' off both columns.");
        }
        ByteBuffer bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw line.invalid(name + " is not valid base64: " + e.getMessage(), Place.REPLACE);
        }
        if (bytes.remaining() % Float.BYTES != 0) {
            throw line.invalid(
                    name + " holds " + bytes.remaining() + " bytes, expected a multiple of 4: little-endian float32",
                    Place.REPLACE);
        }
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }
}
