package org.crvqa.coordinator.dispatch;

import java.time.Instant;
import java.util.Optional;

/** Where an attempt stands. {@link AttemptSteps} has the table of what follows what. */
sealed interface AttemptState {
    /** Claimed in the store; 0: not yet. */
    int number();

    /** How far it has come; empty where no worker was heard to have it. */
    default Optional<Reached> progress() {
        return Optional.empty();
    }

    /** The store is asked for the artifact, and for a number; no worker knows of it. */
    record Reserved() implements AttemptState {
        @Override
        public int number() {
            return 0;
        }
    }

    /** The worker was called and has not said yet that it has the task: whether it runs is not known. */
    record Called(int number) implements AttemptState {}

    /** The worker has it and is listened to. */
    record Accepted(int number, Reached reached) implements AttemptState {
        @Override
        public Optional<Reached> progress() {
            return Optional.of(reached);
        }
    }

    /** The worker says that it is done; the store is asked whether that is so. */
    record Completing(int number, Optional<Reached> progress) implements AttemptState {}

    /** Nobody listens any more: it has a result, an ending, or nobody who waits for it. */
    record Over(int number) implements AttemptState {}

    /**
     * How far a worker has come.
     *
     * @param since when the worker took it
     * @param saved when the newest state was saved or resumed from; empty: none was
     * @param step of the latest progress
     * @param savedStep steps in the newest state
     */
    record Reached(Instant since, Optional<Instant> saved, long step, long savedStep) {
        static Reached nothing(Instant since) {
            return new Reached(since, Optional.empty(), 0, 0);
        }

        Reached at(long steps) {
            return new Reached(since, saved, steps, savedStep);
        }

        /** A state of so many steps is in the store. */
        Reached saved(long steps, Instant now) {
            return new Reached(since, Optional.of(now), Math.max(step, steps), steps);
        }
    }
}
