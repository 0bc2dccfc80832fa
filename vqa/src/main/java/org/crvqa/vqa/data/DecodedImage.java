package org.crvqa.vqa.data;

import java.util.Optional;
import java.util.OptionalLong;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.vqa.tensorfile.TensorType;

/**
 * An image of a features file after decoding: its content, or what is wrong with it.
 *
 * @param imageId as far as it is known
 * @param content empty when the image is damaged in any other way than in its boxes
 * @param problem what is wrong; empty when there is content
 */
record DecodedImage(OptionalLong imageId, Optional<Content> content, Optional<InvalidInputException> problem) {
    /** Features with the boxes that belong to them, which may have a problem of their own. */
    record Content(ImageRegions regions, ImageBoxes boxes) {}

    /** Decodes an image, on any thread. */
    static DecodedImage of(EncodedImage image, TensorType type, BoxUnit unit) {
        try {
            ImageRegions regions = image.decode(type);
            return new DecodedImage(
                    OptionalLong.of(regions.imageId()),
                    Optional.of(new Content(regions, ImageBoxes.of(regions, unit))),
                    Optional.empty());
        } catch (InvalidInputException e) {
            return new DecodedImage(image.imageId(), Optional.empty(), Optional.of(e));
        }
    }
}
