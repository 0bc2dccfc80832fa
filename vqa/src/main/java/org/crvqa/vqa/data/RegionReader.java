package org.crvqa.vqa.data;

import java.io.IOException;
import java.util.Optional;
import org.crvqa.task.v1.BoxUnit;

/** Reads a file of region features image by image, a few of them in memory at a time. Owned by one thread. */
interface RegionReader extends AutoCloseable {
    /**
     * The next image of the file; empty at its end.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the file is not as it must be
     */
    Optional<EncodedImage> next() throws IOException;

    /**
     * Ids of all images of the file without decoding any; empty where that cannot be told. Asked of a reader that is used for
     * nothing else.
     */
    default Optional<long[]> imageIds() throws IOException {
        return Optional.empty();
    }

    /** The unit of the boxes that its images have; {@code asked} is what somebody says of a format that does not say it itself. */
    default BoxUnit boxUnit(BoxUnit asked) {
        return asked;
    }

    @Override
    void close() throws IOException;
}
