package org.crvqa.vqa.optim;

/**
 * The learning rate of each step: linear warm-up to the peak, then linear decay to 0 after the last step.
 *
 * <p>As torch's {@code LambdaLR} with {@code min((t + 1) / warmup, (steps - t) / max(1, steps - warmup))} for the
 * 0-based step t: the first step already has a rate, and the step after the last would have none. Without warm-up the
 * first step has the peak.
 */
public record LinearSchedule(double peak, int warmupSteps, int steps) {
    public LinearSchedule {
        if (steps < 1 || warmupSteps < 0) {
            throw new IllegalArgumentException("steps " + steps + ", warm-up steps " + warmupSteps);
        }
    }

    /** The rate of a 0-based step; 0 from {@code steps} on. */
    public double at(int step) {
        double rise = (step + 1) / (double) Math.max(1, warmupSteps);
        double fall = Math.max(0, steps - step) / (double) Math.max(1, steps - warmupSteps);
        return peak * Math.min(rise, fall);
    }
}
