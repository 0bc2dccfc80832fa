package org.crvqa.coordinator.dispatch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** A clock and executors that a test turns by hand: everything happens on the test's thread. */
final class ManualLoop extends Clock {
    private final Deque<Runnable> state = new ArrayDeque<>();
    private final Deque<Runnable> blocking = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    EventLoop eventLoop() {
        return new EventLoop(this, state::add, blocking::add);
    }

    /** Runs everything that waits, and what that brings about. */
    void settle() {
        while (!state.isEmpty() || !blocking.isEmpty()) {
            turnState();
            if (!blocking.isEmpty()) {
                blocking.poll().run();
            }
        }
    }

    /** Runs the state thread only: what asks the store stays unanswered. */
    void turnState() {
        while (!state.isEmpty()) {
            state.poll().run();
        }
    }

    /** Runs the next turn of the state thread only. */
    void turnOne() {
        state.remove().run();
    }

    /** How many turns of the state wait. */
    int waitingTurns() {
        return state.size();
    }

    /** Forgets what waits, as a killed process does. */
    void drop() {
        state.clear();
        blocking.clear();
    }

    <T> T get(CompletableFuture<T> answer) {
        settle();
        return answer.join();
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
