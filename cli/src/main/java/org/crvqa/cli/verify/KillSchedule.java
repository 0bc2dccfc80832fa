package org.crvqa.cli.verify;

import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * At which steps a task is killed: at random, but so far after its start, or the kill before, that a state was saved in
 * between; otherwise there would be nothing to resume from.
 */
final class KillSchedule {
    private final RandomGenerator random;
    private final int kills;
    private final int steps;
    private final int distance;

    /** {@code cadence}: steps from one state to the next, as {@link #cadence} tells. */
    KillSchedule(RandomGenerator random, int kills, int steps, int cadence) {
        this.random = random;
        this.kills = kills;
        this.steps = steps;
        this.distance = distance(cadence);
    }

    /** The most steps between two states of an undisturbed run, its start counted as one. 0: it saved none. */
    static int cadence(List<Long> states) {
        long longest = 0;
        long before = 0;
        for (long state : states) {
            longest = Math.max(longest, state - before);
            before = state;
        }
        return Math.toIntExact(longest);
    }

    /** How many steps a task needs so that so many kills find room. */
    static int stepsNeeded(int kills, int cadence) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, (kills + 1L) * distance(cadence) + 1));
    }

    /** The step of kill number {@code made + 1} after one at step {@code before} (0: the start). Empty: no room is left. */
    OptionalInt next(int made, int before) {
        int low = before + distance;
        if (made >= kills || low >= steps) {
            return OptionalInt.empty();
        }
        int high = Math.max(low, before + (steps - 1 - before) / (kills - made));
        return OptionalInt.of(random.nextInt(low, high + 1));
    }

    // A state takes at most as long to be stored as the next one takes to be due, since one is saved at a time.
    private static int distance(int cadence) {
        return Math.addExact(Math.multiplyExact(2, cadence), 1);
    }
}
