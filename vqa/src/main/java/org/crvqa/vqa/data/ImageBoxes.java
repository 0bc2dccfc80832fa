package org.crvqa.vqa.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;

/**
 * The boxes of one image.
 *
 * @param fractions [count, 4] float32 as (x1/w, y1/h, x2/w, y2/h), little-endian; what is stored if there is no problem
 * @param problem the first box that is not within the image, if any
 * @param forms in which all boxes could be read so that they are within the image; holds CORNERS if there is no problem
 * @param otherUnit whether all boxes look as if they were in the other unit than the one that is expected
 */
record ImageBoxes(
        ByteBuffer fractions, Optional<InvalidInputException> problem, Set<BoxForm> forms, boolean otherUnit) {
    /** Boxes are stored in single precision and cut at the image's border, some at its last pixel. */
    private static final float SLACK_PIXELS = 1f;

    /** Fractions beyond this are none, however small the image. */
    private static final float MOST_SLACK = .05f;

    private static final String PIXELS = "in pixels";
    private static final String FRACTIONS = "as fractions of width and height";
    private static final float LEAST_SLACK = .001f;

    /** Of a smaller image, pixels and fractions cannot be told apart. */
    private static final float TELLING_PIXELS = 2f;

    /** Looks at the boxes of an image as they stand in its file, given in a unit. */
    static ImageBoxes of(ImageRegions image, BoxUnit unit) {
        return unit == BoxUnit.BOX_UNIT_NORMALIZED ? ofFractions(image) : ofPixels(image);
    }

    private static ImageBoxes ofPixels(ImageRegions image) {
        BoxForm.Frame frame = pixels(image.size());
        boolean large = Math.max(image.size().width(), image.size().height()) > TELLING_PIXELS;
        return of(image, frame, large && withinOne(image.boxes()), PIXELS, frame.width(), frame.height());
    }

    private static ImageBoxes ofFractions(ImageRegions image) {
        ImageRegions.Size size = image.size();
        BoxForm.Frame frame = new BoxForm.Frame(1, 1, slack(size.width()), slack(size.height()));
        boolean pixels = !withinOne(image.boxes()) && fits(image.boxes(), BoxForm.CORNERS, pixels(size));
        return of(image, frame, pixels, FRACTIONS, 1, 1);
    }

    private static ImageBoxes of(
            ImageRegions image, BoxForm.Frame frame, boolean otherUnit, String unit, float width, float height) {
        FloatBuffer boxes = image.boxes();
        Set<BoxForm> forms = EnumSet.noneOf(BoxForm.class);
        for (BoxForm form : BoxForm.values()) {
            if (fits(boxes, form, frame)) {
                forms.add(form);
            }
        }
        Optional<InvalidInputException> problem =
                forms.contains(BoxForm.CORNERS) ? Optional.empty() : Optional.of(problem(image, frame, unit));
        return new ImageBoxes(divided(boxes, width, height), problem, forms, otherUnit);
    }

    private static BoxForm.Frame pixels(ImageRegions.Size size) {
        return new BoxForm.Frame(size.width(), size.height(), SLACK_PIXELS, SLACK_PIXELS);
    }

    private static float slack(float pixels) {
        return Math.min(MOST_SLACK, Math.max(LEAST_SLACK, SLACK_PIXELS / pixels));
    }

    private static boolean fits(FloatBuffer boxes, BoxForm form, BoxForm.Frame frame) {
        for (int i = 0; i < boxes.limit(); i += DatasetFiles.BOX_NUMBERS) {
            if (!form.fits(boxes.get(i), boxes.get(i + 1), boxes.get(i + 2), boxes.get(i + 3), frame)) {
                return false;
            }
        }
        return true;
    }

    private static boolean withinOne(FloatBuffer boxes) {
        for (int i = 0; i < boxes.limit(); i++) {
            if (boxes.get(i) < -MOST_SLACK || boxes.get(i) > 1 + MOST_SLACK) {
                return false;
            }
        }
        return true;
    }

    private static InvalidInputException problem(ImageRegions image, BoxForm.Frame frame, String unit) {
        FloatBuffer boxes = image.boxes();
        int first = 0;
        while (BoxForm.CORNERS.fits(
                boxes.get(first), boxes.get(first + 1), boxes.get(first + 2), boxes.get(first + 3), frame)) {
            first += DatasetFiles.BOX_NUMBERS;
        }
        boolean fractions = unit.equals(FRACTIONS);
        String width = fractions ? "1" : "width";
        String height = fractions ? "1" : "height";
        return image.place()
                .invalid(
                        "box " + first / DatasetFiles.BOX_NUMBERS + " (" + boxes.get(first) + ", "
                                + boxes.get(first + 1) + ", " + boxes.get(first + 2) + ", " + boxes.get(first + 3)
                                + ") is not within the image of " + image.size().width() + " x "
                                + image.size().height() + ", expected 0 <= x1 <= x2 <= " + width
                                + " and 0 <= y1 <= y2 <= "
                                + height + ' ' + unit,
                        "Check that boxes are " + unit + " of the image, whose size is as given in the line.");
    }

    private static ByteBuffer divided(FloatBuffer boxes, float width, float height) {
        ByteBuffer result = ByteBuffer.allocate(boxes.limit() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < boxes.limit(); i++) {
            result.putFloat(boxes.get(i) / (i % 2 == 0 ? width : height));
        }
        return result.flip();
    }
}
