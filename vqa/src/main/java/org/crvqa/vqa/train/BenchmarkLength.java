package org.crvqa.vqa.train;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How many steps a benchmark makes: as many as it was told, else as many as fit into some seconds, so that small models
 * give steady numbers and large ones do not take long.
 */
record BenchmarkLength(OptionalInt warmupSteps, OptionalInt steps) {
    private static final Duration WARMUP = Duration.ofSeconds(5);
    private static final int LEAST_WARMUP = 2;
    private static final int MOST_WARMUP = 1000;
    private static final Duration MEASURED = Duration.ofSeconds(20);
    private static final int LEAST_STEPS = 3;
    private static final int MOST_STEPS = 1000;

    /** Whether the warm-up is over after so many steps, which took so long. */
    boolean isWarm(int done, long nanos) {
        // Without one step there is nothing to tell how many fit.
        return warmupSteps.isPresent()
                ? done >= Math.max(warmupSteps.getAsInt(), steps.isPresent() ? 0 : 1)
                : done >= LEAST_WARMUP && (nanos >= WARMUP.toNanos() || done >= MOST_WARMUP);
    }

    /** How many steps to measure, when the last one of the warm-up took so long. */
    int measured(long lastStepNanos) {
        long fitting = MEASURED.toNanos() / Math.max(1, lastStepNanos);
        return steps.orElse((int) Math.max(LEAST_STEPS, Math.min(MOST_STEPS, fitting)));
    }
}
