package org.crvqa.vqa.mask;

import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;

/**
 * How the fraction of zeros rises while masks train, from s0 to a tensor's rate s, with p = (step - start) / (end -
 * start) cut to [0, 1]:
 *
 * <ul>
 *   <li>CONSTANT: s
 *   <li>GRADUAL: s + (s0 - s)(1 - p)^3 (Zhu and Gupta 2017, "To prune, or not to prune")
 *   <li>STEPWISE: s0 + (s - s0) floor(p stages) / stages, so the first jump is one stage after start, the last at end
 * </ul>
 */
public record SparsityRamp(SparsityScheduleKind kind, double initial, int start, int end, int stages) {
    /** The rate from the first step on. */
    public static final SparsityRamp CONSTANT =
            new SparsityRamp(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_CONSTANT, 0, 0, 0, 0);

    /** As a valid task spec says; unset: constant. */
    public static SparsityRamp of(SparsitySchedule spec) {
        return rises(spec)
                ? new SparsityRamp(
                        spec.getKind(),
                        spec.getInitialSparsity(),
                        spec.getStartStep(),
                        spec.getEndStep(),
                        spec.getStages())
                : CONSTANT;
    }

    /** Whether a schedule changes the rate on the way. */
    public static boolean rises(SparsitySchedule spec) {
        return spec.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL
                || spec.getKind() == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE;
    }

    /** The fraction of zeros after so many steps for a tensor whose rate is {@code rate}. */
    public double at(double rate, int step) {
        if (step >= end) {
            return rate;
        }
        if (step <= start) {
            return initial;
        }
        if (kind == SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE) {
            // In integers: at the step of a jump p * stages must not fall just below a whole number.
            long jumps = (long) stages * (step - start) / (end - start);
            return initial + (rate - initial) * jumps / stages;
        }
        double left = 1 - (step - start) / (double) (end - start);
        return rate + (initial - rate) * left * left * left;
    }

    /** From which step on the rate is that of the result. */
    public int reachedAt() {
        return end;
    }
}
