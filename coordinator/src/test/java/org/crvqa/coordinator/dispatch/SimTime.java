package org.crvqa.coordinator.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * The one thread of a simulation: everything that is going to happen, each at its simulated time, and the random source
 * that all of it draws from. What happens at the same time happens in random order. Nothing of the machine's own clock
 * enters, so a seed decides everything.
 */
final class SimTime {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int TRACE = 60;
    private static final int NESTING = 3;

    private record Event(long time, int tie, long number, String what, Runnable action) {}

    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::time).thenComparingInt(Event::tie).thenComparingLong(Event::number));
    private final Deque<String> trace = new ArrayDeque<>();
    private final int traceLimit;
    private Runnable afterEach = () -> {};
    private long now;
    private long count;
    private long number;
    private long digest;
    private int depth;

    SimTime(long seed, boolean wholeTrace) {
        this.random = new Random(seed);
        this.traceLimit = wholeTrace ? Integer.MAX_VALUE : TRACE;
    }

    /** To be run after every event. */
    void afterEach(Runnable check) {
        afterEach = check;
    }

    /** Milliseconds since the start. */
    long now() {
        return now;
    }

    /** Events so far. */
    long count() {
        return count;
    }

    /** Of everything that happened, in order. */
    long digest() {
        return digest;
    }

    /** In so many milliseconds, or at the time that it is when that is over. */
    void in(long millis, String what, Runnable action) {
        at(now + millis, what, action);
    }

    void at(long time, String what, Runnable action) {
        events.add(new Event(Math.max(time, now), random.nextInt(), ++number, what, action));
    }

    /** From {@code least} to {@code most}. */
    long between(long least, long most) {
        return least + (long) (random.nextDouble() * (most - least + 1));
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Runs the next event. False when there is none. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = Math.max(now, next.time());
        count++;
        if (!next.what().isEmpty()) {
            note(next.what());
        }
        next.action().run();
        afterEach.run();
        return true;
    }

    /** Somebody waits for the store: others may go on meanwhile. */
    void interleave() {
        if (depth >= NESTING || !oneIn(4)) {
            return;
        }
        depth++;
        try {
            for (long left = between(1, 4); left > 0 && step(); left--) {}
        } finally {
            depth--;
        }
    }

    /** Somebody was stopped on the way to the store, or waits for an answer: all others go on meanwhile. */
    void standStill(BooleanSupplier stopped) {
        if (depth >= NESTING) {
            return;
        }
        depth++;
        try {
            while (stopped.getAsBoolean() && step()) {}
        } finally {
            depth--;
        }
    }

    /** Adds a line to the trace. */
    void note(String what) {
        digest = digest * 1_000_003 + what.hashCode() + now;
        if (trace.size() >= traceLimit) {
            trace.poll();
        }
        trace.add(now + " " + what);
    }

    /** The latest lines, or all. */
    List<String> trace() {
        return List.copyOf(trace);
    }

    /** A clock that is wrong by so much. */
    Clock clock(Duration wrong) {
        return new Clock() {
            @Override
            public Instant instant() {
                return START.plusMillis(now).plus(wrong);
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }
}
