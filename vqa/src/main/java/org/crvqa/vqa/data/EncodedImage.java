package org.crvqa.vqa.data;

import java.util.OptionalLong;
import org.crvqa.vqa.tensorfile.TensorType;

/** The regions of one image as they were read from a file. Decoding is the costly part and may run on any thread. */
interface EncodedImage {
    /**
     * Decodes and checks.
     *
     * @param type of the stored features: F32 or F16
     * @throws org.crvqa.artifacts.InvalidInputException when anything is not as it must be
     */
    ImageRegions decode(TensorType type);

    /** The image's id as far as it can be told without decoding, also when the rest is damaged; empty where it cannot. */
    default OptionalLong imageId() {
        return OptionalLong.empty();
    }
}
