package org.crvqa.vqa.device;

import org.crvqa.artifacts.InvalidInputException;
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
     * @throws InvalidInputException when the device computes something else, with the numbers
     */
    Result run(Torch torch);

    /**
     * What to tell a person.
     *
     * @param device {@code cpu} or {@code gpu:0}
     * @param what is wrong: what was found and what was expected, without a full stop
     */
    static InvalidInputException refusal(String device, String what) {
        return new InvalidInputException(
                "The device " + device + " computes something else than it should: " + what,
                "Unset TORCH_ALLOW_TF32_CUBLAS_OVERRIDE and NVIDIA_TF32_OVERRIDE; if it stays, the device or its libraries"
                        + " are broken: look into the kernel's log for Xid errors, or set CRVQA_DEVICE=cpu.");
    }
}
