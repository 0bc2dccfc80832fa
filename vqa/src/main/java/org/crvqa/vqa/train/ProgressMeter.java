package org.crvqa.vqa.train;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TaskProgress;

/**
 * Turns steps into progress reports: one at the begin of a phase, then at most a few per second, each with the mean loss
 * since the one before, the speed of the phase so far and the time left at that speed. Not thread-safe.
 */
final class ProgressMeter {
    private static final long INTERVAL_NANOS = 200_000_000L;

    private final TaskObserver observer;
    private final LongSupplier nanoTime;
    private String phase = "";
    private long totalSteps;
    private long phaseStart;
    private long firstStep;
    private long examples;
    private long stepsSeen;
    private long lastReport;
    private double lossSum;
    private int losses;
    private OptionalDouble score = OptionalDouble.empty();

    ProgressMeter(TaskObserver observer, LongSupplier nanoTime) {
        this.observer = observer;
        this.nanoTime = nanoTime;
    }

    /** Says that work without steps begins, such as "load weights": it may take minutes before the first step. */
    static void phase(TaskObserver observer, String name) {
        observer.progress(TaskProgress.newBuilder().setPhase(name).build());
    }

    /** Starts a phase, or goes on with one, at {@code step} of {@code totalSteps} done. */
    void begin(String newPhase, long step, long newTotalSteps) {
        phase = newPhase;
        totalSteps = newTotalSteps;
        firstStep = step;
        phaseStart = nanoTime.getAsLong();
        examples = 0;
        stepsSeen = 0;
        lossSum = 0;
        losses = 0;
        report(step, phaseStart);
    }

    /** The latest validation score, for the reports from now on. */
    void score(double value) {
        score = OptionalDouble.of(value);
    }

    /** {@code stepsDone} steps of the phase are done, the latest batch with this loss over so many examples. */
    void stepDone(long stepsDone, int stepExamples, double loss) {
        lossSum += loss;
        losses++;
        stepDone(stepsDone, stepExamples);
    }

    /** As above, where there is no loss. */
    void stepDone(long stepsDone, int stepExamples) {
        examples += stepExamples;
        stepsSeen++;
        long now = nanoTime.getAsLong();
        if (now - lastReport >= INTERVAL_NANOS || stepsDone == totalSteps) {
            report(stepsDone, now);
        }
    }

    private void report(long step, long now) {
        TaskProgress.Builder progress =
                TaskProgress.newBuilder().setPhase(phase).setStep(step).setTotalSteps(totalSteps);
        if (losses > 0) {
            progress.setLoss(lossSum / losses);
        }
        score.ifPresent(progress::setScore);
        double seconds = (now - phaseStart) / 1e9;
        if (seconds > 0 && step > firstStep) {
            progress.setExamplesPerSecond(examples / seconds);
            progress.setTimeLeft(duration(seconds * (totalSteps - step) / (step - firstStep)));
            progress.setStepTime(duration(seconds / stepsSeen));
        }
        observer.progress(progress.build());
        lastReport = now;
        lossSum = 0;
        losses = 0;
    }

    private static Duration duration(double seconds) {
        return Durations.fromMillis(Math.round(seconds * 1000));
    }
}
