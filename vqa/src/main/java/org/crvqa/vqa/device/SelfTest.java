package org.crvqa.vqa.device;

import org.crvqa.vqa.tensor.Torch;

/** Shows that a device computes what it should. */
@FunctionalInterface
public interface SelfTest {
    /**
     * What was compared, for people.
     *
     * @param summary one line, with numbers
     */
    record Result(String summary) {}

    /**
     * Computes on the engine's device and compares.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the device computes something else, with the numbers
     */
    Result run(Torch torch);
}
