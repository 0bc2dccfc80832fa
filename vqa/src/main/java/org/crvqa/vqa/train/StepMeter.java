package org.crvqa.vqa.train;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Times of steps that follow each other: wall time of each, CPU time and waiting for inputs of all. What happens between
 * the last step and the next {@link #start} does not count. Not thread-safe.
 */
final class StepMeter {
    private final LongSupplier nanoTime;
    private final LongSupplier cpuNanos;
    private final List<Long> laps = new ArrayList<>();
    private long lapStart;
    private long cpuStart;
    private long waitedStart;
    private long cpu;
    private long waited;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param cpuNanos CPU time that the process has taken so far, of all its threads; negative where that is not known
     */
    StepMeter(LongSupplier nanoTime, LongSupplier cpuNanos) {
        this.nanoTime = nanoTime;
        this.cpuNanos = cpuNanos;
    }

    /** CPU time of this process, user and system, to 10 ms on Linux; -1 where the platform does not tell. */
    static long processCpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : -1;
    }

    /** The next step begins now. {@code waitedNanos}: as {@link Batches#waitedNanos} says. */
    void start(long waitedNanos) {
        waitedStart = waitedNanos;
        cpuStart = cpuNanos.getAsLong();
        lapStart = nanoTime.getAsLong();
    }

    /** The step ends now, and the next begins. */
    void lap(long waitedNanos) {
        long now = nanoTime.getAsLong();
        long cpuNow = cpuNanos.getAsLong();
        laps.add(now - lapStart);
        cpu += cpuNow - cpuStart;
        waited += waitedNanos - waitedStart;
        lapStart = now;
        cpuStart = cpuNow;
        waitedStart = waitedNanos;
    }

    int laps() {
        return laps.size();
    }

    double medianSeconds() {
        List<Long> sorted = laps.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) / 1e9 : (sorted.get(middle - 1) + sorted.get(middle)) / 2e9;
    }

    double meanSeconds() {
        return total() / 1e9 / laps.size();
    }

    /** CPU seconds of a step; empty when the clock showed none. */
    OptionalDouble cpuSeconds() {
        return cpu > 0 ? OptionalDouble.of(cpu / 1e9 / laps.size()) : OptionalDouble.empty();
    }

    /** Share of all steps' time in which they waited for inputs. */
    double waitShare() {
        return total() == 0 ? 0 : Math.min(1, waited / (double) total());
    }

    private long total() {
        return laps.stream().mapToLong(Long::longValue).sum();
    }
}
