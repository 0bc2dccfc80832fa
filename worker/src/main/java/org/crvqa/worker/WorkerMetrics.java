package org.crvqa.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What Prometheus sees of a worker: {@code crvqa_worker_busy}, {@code crvqa_worker_subscribers},
 * {@code crvqa_worker_heartbeats_total}, {@code crvqa_task_seconds} by outcome (its count is the number of tasks),
 * {@code crvqa_steps_total}, {@code crvqa_step_seconds}, {@code crvqa_examples_per_second}; of resumable states
 * {@code crvqa_state_pause_seconds} (how long training stood still for each), {@code crvqa_state_bytes_total},
 * {@code crvqa_states_failed_total} and {@code crvqa_states_rejected_total} (damaged ones, worth an alert). Thread-safe.
 */
final class WorkerMetrics {
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final AtomicInteger busy;
    private final AtomicInteger subscribers;
    private final AtomicReference<Double> examplesPerSecond = new AtomicReference<>(0.0);
    private final Counter heartbeats;
    private final Counter steps;
    private final Timer stepTime;
    private final Timer statePause;
    private final Counter stateBytes;
    private final Counter statesFailed;
    private final Counter statesRejected;

    WorkerMetrics(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        this.busy = registry.gauge("crvqa.worker.busy", new AtomicInteger());
        this.subscribers = registry.gauge("crvqa.worker.subscribers", new AtomicInteger());
        registry.gauge("crvqa.examples.per.second", examplesPerSecond, AtomicReference::get);
        this.heartbeats = registry.counter("crvqa.worker.heartbeats");
        this.steps = registry.counter("crvqa.steps");
        this.stepTime = Timer.builder("crvqa.step").register(registry);
        this.statePause = Timer.builder("crvqa.state.pause").register(registry);
        this.stateBytes = registry.counter("crvqa.state.bytes");
        this.statesFailed = registry.counter("crvqa.states.failed");
        this.statesRejected = registry.counter("crvqa.states.rejected");
    }

    void busy(boolean now) {
        busy.set(now ? 1 : 0);
        examplesPerSecond.set(0.0);
    }

    void heartbeat(int followers) {
        heartbeats.increment();
        subscribers.set(followers);
    }

    void taskEnded(RunningTask task, TaskState outcome) {
        subscribers.set(0);
        registry.timer("crvqa.task", "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .record(Duration.between(task.started(), clock.instant()));
    }

    /** Steps since the last report and the mean time of one. */
    void steps(long done, Duration each, double examplesEachSecond) {
        steps.increment((double) done);
        stepTime.record(each);
        examplesPerSecond.set(examplesEachSecond);
    }

    /** A resumable state was committed. */
    void stateSaved(Duration pause, long bytes) {
        statePause.record(pause);
        stateBytes.increment((double) bytes);
    }

    /** A state could not be saved. */
    void stateFailed() {
        statesFailed.increment();
    }

    /** A saved state was damaged: something to look into. */
    void stateRejected() {
        statesRejected.increment();
    }

    StepRate stepRate() {
        return new StepRate(this, clock);
    }
}
