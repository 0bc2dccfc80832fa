package org.crvqa.vqa.train;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a {@link Benchmark} measured.
 *
 * @param steps that count
 * @param batchSize examples of each
 * @param secondsPerStep the median; where evaluation runs on a GPU, whose batches are queued, the mean
 * @param cpuSecondsPerStep of the whole process, the mean; empty where the clock is too coarse for so little
 * @param dataWaitShare of the steps' time in which the computing thread waited for inputs, in [0, 1]
 * @param state the latest training state that was saved; empty where none was
 * @param thresholds of all masks, set once; stage 2 only
 */
public record BenchmarkResult(
        int steps,
        int batchSize,
        double secondsPerStep,
        OptionalDouble cpuSecondsPerStep,
        double dataWaitShare,
        Optional<StateCost> state,
        Optional<ThresholdCost> thresholds) {
    /**
     * What saving a training state costs.
     *
     * @param seconds for which training stood still
     * @param firstSeconds the same of the run's first state, for which memory is made
     * @param writeSeconds from the capture until the state was on disk, while training went on
     * @param bytes of the state's files
     */
    public record StateCost(double seconds, double firstSeconds, double writeSeconds, long bytes) {}

    /**
     * What it costs to set the thresholds again.
     *
     * @param cpuSeconds of the whole process; empty where the clock is too coarse for so little
     */
    public record ThresholdCost(double seconds, OptionalDouble cpuSeconds) {}
}
