package org.crvqa.cli.bench;

import org.jspecify.annotations.Nullable;

/**
 * What a process of its own measured; travels as JSON.
 *
 * @param batchSize of training steps, whatever was measured
 */
record WorkReport(Machine machine, int batchSize, Measurement measurement) {
    /**
     * What computed.
     *
     * @param device {@code cpu} or {@code gpu:0}
     * @param deviceName of the processor or GPU; null where it is not known
     */
    record Machine(String device, @Nullable String deviceName, String djl, String libtorch) {}

    /** The fields are those of a measurement in docs/bench/README.md, in snake case. */
    record Measurement(
            String work,
            @Nullable String loss,
            int steps,
            int batchSize,
            double secondsPerStep,
            @Nullable Double cpuSecondsPerStep,
            double stepsPerSecond,
            double examplesPerSecond,
            @Nullable Long peakMemoryBytes,
            @Nullable String peakMemoryOf,
            @Nullable Long peakHostMemoryBytes,
            double dataWaitShare,
            @Nullable Double stateCaptureSeconds,
            @Nullable Double firstStateCaptureSeconds,
            @Nullable Double stateWriteSeconds,
            @Nullable Long stateBytes,
            @Nullable Integer thresholdEverySteps,
            @Nullable Double thresholdSeconds,
            @Nullable Double thresholdCpuSeconds) {}
}
