package org.crvqa.coordinator.dispatch;

import org.crvqa.coordinator.v1.ExperimentState;

/**
 * How an experiment ended; tasks that it shares with others may go on.
 *
 * @param state not RUNNING
 * @param total its tasks; done, failed and cancelled ones are among them. Those of a cancelled experiment that went on
 *     for another one are in none of the three
 */
record EndedSummary(ExperimentState state, int total, int done, int failed, int cancelled) {
    /** @throws IllegalArgumentException when it has not ended, or there cannot be so many */
    EndedSummary {
        if (state == ExperimentState.EXPERIMENT_STATE_RUNNING
                || state == ExperimentState.EXPERIMENT_STATE_UNSPECIFIED) {
            throw new IllegalArgumentException("An experiment that has ended is not " + state);
        }
        if (done < 0 || failed < 0 || cancelled < 0 || (long) done + failed + cancelled > total) {
            throw new IllegalArgumentException("Of " + total + " tasks, " + done + " cannot be done, " + failed
                    + " failed and " + cancelled + " cancelled");
        }
    }
}
