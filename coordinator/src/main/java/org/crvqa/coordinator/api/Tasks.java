package org.crvqa.coordinator.api;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskCounts;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.EndedRecord;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.reading.StoredTasks;
import org.crvqa.study.reading.TaskStates;
import org.crvqa.study.threads.ParallelReads;

/** The tasks of experiments as plans and store tell of them, without the dispatcher. Blocks on the store. Thread-safe. */
final class Tasks {
    private final ExperimentPlans plans;
    private final AttemptLog attempts;
    private final ParallelReads reads;
    private final Clock clock;

    Tasks(ExperimentPlans plans, AttemptLog attempts, ParallelReads reads, Clock clock) {
        this.plans = plans;
        this.attempts = attempts;
        this.reads = reads;
        this.clock = clock;
    }

    /** As {@link ExperimentPlans#of(StoredExperiment)}. */
    Plan plan(StoredExperiment stored) {
        return plans.of(stored);
    }

    /** For so many experiments that are read one after the other, and may know a little less than the store does then. */
    StoredTasks stored(int experiments) {
        return new StoredTasks(attempts, reads, experiments);
    }

    /** What the store says of each task now, in the order of the plan. */
    Map<ArtifactKey, TaskHistory> histories(Plan plan) {
        return stored(1).histories(plan.tasks());
    }

    /** The same for an experiment that is new, most of whose tasks nobody has attempted. */
    Map<ArtifactKey, TaskHistory> newHistories(Plan plan) {
        return stored(1).newHistories(plan.tasks());
    }

    /** Those whose artifacts exist. */
    Set<ArtifactKey> done(Plan plan) {
        Set<ArtifactKey> done = new HashSet<>();
        stored(1).done(plan.tasks()).forEach((key, is) -> {
            if (is) {
                done.add(key);
            }
        });
        return done;
    }

    /** Whether all artifacts exist. */
    boolean isComplete(Plan plan) {
        return done(plan).size() == plan.tasks().size();
    }

    /** How an experiment has ended that was cancelled for good, or of which every task is done; empty: its tasks decide. */
    Optional<EndedRecord> endByStore(StoredExperiment stored, Plan plan, Map<ArtifactKey, TaskHistory> histories) {
        boolean done = histories.values().stream().allMatch(TaskHistory::done);
        if (!done && !stored.cancelled()) {
            return Optional.empty();
        }
        ExperimentState state = stored.cancelled()
                ? ExperimentState.EXPERIMENT_STATE_CANCELLED
                : ExperimentState.EXPERIMENT_STATE_SUCCEEDED;
        return Optional.of(record(stored, state, TaskStates.of(state, plan, histories)));
    }

    /** {@code ended} now, with these tasks. */
    EndedRecord record(StoredExperiment stored, ExperimentState ended, List<TaskStatus> tasks) {
        int done = count(tasks, TaskState.TASK_STATE_DONE);
        int failed = count(tasks, TaskState.TASK_STATE_FAILED);
        return new EndedRecord(ended, done, failed, tasks.size() - done - failed, stored.submitted(), clock.instant());
    }

    /** {@code ended} now, with so many tasks. */
    EndedRecord record(StoredExperiment stored, ExperimentState ended, TaskCounts tasks) {
        int others = tasks.getPlanned() + tasks.getReady() + tasks.getRunning() + tasks.getCancelled();
        return new EndedRecord(ended, tasks.getDone(), tasks.getFailed(), others, stored.submitted(), clock.instant());
    }

    private static int count(List<TaskStatus> tasks, TaskState state) {
        return (int) tasks.stream().filter(task -> task.getState() == state).count();
    }
}
