package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;

/**
 * What the boxes of a features file look like taken together: the file is in another unit or form when many of its
 * images are, while a few alone are damaged. Owned by one thread.
 */
final class BoxTally {
    /** From so many images on, a tenth of them tells of a file that was put together from two. */
    private static final long MANY = 20;

    private static final long MANY_SHARE = 10;

    /** So many of a file's images do not become damaged by chance. */
    private static final long BAD_SHARE = 5;

    private static final long LEAST_BAD = 2;

    private final Path file;
    private final BoxUnit unit;
    private final Map<BoxForm, Long> forms = new EnumMap<>(BoxForm.class);
    private Optional<InvalidInputException> firstBad = Optional.empty();
    private long images;
    private long bad;
    private long otherUnit;

    BoxTally(Path file, BoxUnit unit) {
        this.file = file;
        this.unit = unit;
    }

    void add(ImageBoxes boxes) {
        images++;
        otherUnit += boxes.otherUnit() ? 1 : 0;
        if (boxes.problem().isPresent()) {
            bad++;
            firstBad = firstBad.or(boxes::problem);
            boxes.forms().forEach(form -> forms.merge(form, 1L, Long::sum));
        }
    }

    /** What is wrong with the file as a whole, as far as it was read; empty when nothing is. */
    Optional<InvalidInputException> verdict() {
        boolean isOtherUnit =
                images > 0 && (otherUnit == images || (otherUnit >= MANY && isShare(otherUnit, MANY_SHARE)));
        if (isOtherUnit) {
            return Optional.of(unit == BoxUnit.BOX_UNIT_NORMALIZED ? pixels() : fractions());
        }
        if (bad == 0 || (bad < images && (bad < LEAST_BAD || !isShare(bad, BAD_SHARE)))) {
            return Optional.empty();
        }
        return Stream.of(BoxForm.SIZE, BoxForm.CENTRE, BoxForm.ROWS_FIRST)
                .filter(form -> forms.getOrDefault(form, 0L) * 10 >= bad * 9)
                .findFirst()
                .map(this::form)
                .or(() -> bad >= MANY ? Optional.of(beyond()) : Optional.empty());
    }

    private boolean isShare(long number, long share) {
        return number * share >= images;
    }

    private InvalidInputException fractions() {
        return new InvalidInputException(
                file + ": all boxes of " + of(otherUnit) + " lie within one pixel, from 0 to 1: they were normalised"
                        + " before, to fractions of the image's width and height, expected pixels",
                "Import with --boxes normalized if the boxes of all features files are so; else convert the file.");
    }

    private InvalidInputException pixels() {
        return new InvalidInputException(
                file + ": the boxes of " + of(otherUnit) + " are in pixels, expected fractions of the image's width and"
                        + " height from 0 to 1, as --boxes normalized says",
                "Import without --boxes normalized if the boxes of all features files are so; else convert the file.");
    }

    private InvalidInputException form(BoxForm form) {
        return new InvalidInputException(
                file + ": the boxes of " + of(bad) + " are not " + BoxForm.CORNERS.numbers()
                        + " within their images, but are as " + form.numbers() + example(),
                "Write the corners of the boxes into the file: " + form.corners() + '.');
    }

    private InvalidInputException beyond() {
        return new InvalidInputException(
                file + ": the boxes of " + of(bad) + " are not within their images" + example(),
                "Check that boxes are x1, y1, x2, y2, not x, y, width, height or others, and of images of the size that the file"
                        + " says.");
    }

    private String example() {
        return firstBad.map(problem -> "; the first is " + problem.getMessage()).orElse("");
    }

    private String of(long number) {
        return number == images
                ? String.format(Locale.ROOT, "all %,d images", images)
                : String.format(Locale.ROOT, "%,d of %,d images", number, images);
    }
}
