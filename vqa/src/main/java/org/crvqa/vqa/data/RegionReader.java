package org.crvqa.vqa.data;

import java.io.IOException;
import java.util.Optional;

/** Reads a file of region features image by image, a few of them in memory at a time. Owned by one thread. */
interface RegionReader extends AutoCloseable {
    /**
     * The next image of the file; empty at its end.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the file is not as it must be
     */
    Optional<EncodedImage> next() throws IOException;

    /** Ids of all images of the file where it tells them apart from its images, which are then not read; else empty. */
    default Optional<long[]> imageIds() throws IOException {
        return Optional.empty();
    }

    @Override
    void close() throws IOException;
}
