package org.crvqa.study.experiment;

import java.time.Instant;
import org.crvqa.coordinator.v1.ExperimentState;

/**
 * How an experiment stood when it ended.
 *
 * @param state SUCCEEDED, FAILED or CANCELLED
 * @param tasksCancelled tasks that neither were done nor failed
 */
public record EndedRecord(
        ExperimentState state, int tasksDone, int tasksFailed, int tasksCancelled, Instant submitted, Instant ended) {
    public EndedRecord {
        boolean ends = state == ExperimentState.EXPERIMENT_STATE_SUCCEEDED
                || state == ExperimentState.EXPERIMENT_STATE_FAILED
                || state == ExperimentState.EXPERIMENT_STATE_CANCELLED;
        if (!ends || tasksDone < 0 || tasksFailed < 0 || tasksCancelled < 0) {
            throw new IllegalArgumentException("Not the end of an experiment: " + state + " with " + tasksDone
                    + " tasks done, " + tasksFailed + " failed, " + tasksCancelled + " cancelled");
        }
    }

    /** All tasks of the experiment. */
    public int tasksTotal() {
        return tasksDone + tasksFailed + tasksCancelled;
    }
}
