package org.crvqa.vqa.train;

import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.device.CpuInfo;
import org.crvqa.vqa.model.Precision;

/** Precisions as task specs name them. */
final class Precisions {
    private Precisions() {}

    /** Of a valid spec; unset: 32-bit floats. */
    static Precision of(org.crvqa.task.v1.Precision spec) {
        return switch (spec) {
            case PRECISION_UNSPECIFIED -> Precision.FLOAT32;
            case PRECISION_BFLOAT16 -> Precision.BFLOAT16;
            case UNRECOGNIZED -> throw new IllegalArgumentException("No precision");
        };
    }

    /**
     * Refuses what this process would compute at a fraction of the speed of 32-bit floats. To be called before a task does
     * anything.
     *
     * @param field of the spec, for the message
     * @throws InvalidInputException when bfloat16 is wanted of a processor without instructions for it
     */
    static void require(Compute compute, String field, org.crvqa.task.v1.Precision spec) {
        CpuInfo processor = compute.processor();
        if (of(spec) == Precision.BFLOAT16 && !compute.torch().device().isGpu() && !processor.hasBfloat16()) {
            throw new InvalidInputException(
                    "Task spec: " + field + " is bfloat16, but this worker's processor ("
                            + processor.modelName().orElse("of unknown model")
                            + ") has no instructions for bfloat16 and would be many times slower than in float32",
                    "Leave the precision unset, or let the task run on a GPU or where /proc/cpuinfo names "
                            + CpuInfo.BFLOAT16_INSTRUCTIONS + ".");
        }
    }
}
