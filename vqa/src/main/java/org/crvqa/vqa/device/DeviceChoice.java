package org.crvqa.vqa.device;

import org.crvqa.artifacts.InvalidInputException;

/** What CRVQA_DEVICE asks for. */
public enum DeviceChoice {
    CPU,
    /** The one visible GPU; without it nothing is computed. */
    GPU,
    /** The GPU where it is usable, else the CPU. */
    AUTO;

    /** @throws InvalidInputException when the text is none of {@code cpu}, {@code gpu:0} and {@code auto} */
    public static DeviceChoice parse(String text) {
        String device = text.strip();
        return switch (device) {
            case "cpu" -> CPU;
            case "gpu:0" -> GPU;
            case "auto" -> AUTO;
            default -> throw refusal(device);
        };
    }

    private static InvalidInputException refusal(String device) {
        if (device.matches("gpu:[0-9]{1,4}")) {
            String number = device.substring("gpu:".length());
            return new InvalidInputException(
                    "CRVQA_DEVICE is \"" + device + "\", but a process uses one GPU, which it sees as gpu:0",
                    "Set CUDA_VISIBLE_DEVICES=" + number + " and CRVQA_DEVICE=gpu:0, and start one process per GPU.");
        }
        return new InvalidInputException(
                "CRVQA_DEVICE is \"" + device + "\", expected cpu, gpu:0 or auto",
                "Set the environment variable CRVQA_DEVICE to cpu, gpu:0 or auto, or leave it unset.");
    }
}
