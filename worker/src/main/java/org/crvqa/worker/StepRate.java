package org.crvqa.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.crvqa.task.v1.TaskProgress;

/** Turns the progress reports of one task into step metrics. Used by one thread. */
final class StepRate {
    private final WorkerMetrics metrics;
    private final InstantSource clock;
    private String phase = "";
    private long step;
    private Instant at = Instant.EPOCH;

    StepRate(WorkerMetrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The first report of a phase only sets the mark, as do those that do not advance. */
    void progress(TaskProgress progress) {
        Instant now = clock.instant();
        long done = progress.getStep() - step;
        if (phase.equals(progress.getPhase()) && done > 0) {
            metrics.steps(done, Duration.between(at, now).dividedBy(done), progress.getExamplesPerSecond());
        }
        phase = progress.getPhase();
        step = progress.getStep();
        at = now;
    }
}
