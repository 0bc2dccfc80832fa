package org.crvqa.cli.verify;

import java.time.Duration;

/**
 * How the proof is made.
 *
 * @param steps of each task
 * @param mayGrow whether more steps may be taken when states come too seldom for the kills
 * @param kills per stage, at least 1
 * @param seed of tasks and kills
 * @param patience until a worker that was killed, or is busy, must take work again
 * @param poll how often it is asked
 */
public record ProofSettings(int steps, boolean mayGrow, int kills, long seed, Duration patience, Duration poll) {}
