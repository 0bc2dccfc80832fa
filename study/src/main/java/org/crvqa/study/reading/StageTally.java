package org.crvqa.study.reading;

import java.util.EnumMap;
import java.util.Map;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.StageCounts;
import org.crvqa.coordinator.v1.TaskCounts;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.WorkKind;

/** Adds up how many tasks of an experiment are in which state, in all and by stage. For one thread. */
public final class StageTally {
    private final TaskCounts.Builder all = TaskCounts.newBuilder();
    private final Map<WorkKind, TaskCounts.Builder> stages = new EnumMap<>(WorkKind.class);

    /** So many more. */
    public void add(WorkKind stage, TaskState state, int tasks) {
        add(all, state, tasks);
        add(stages.computeIfAbsent(stage, unused -> TaskCounts.newBuilder()), state, tasks);
    }

    private static void add(TaskCounts.Builder counts, TaskState state, int tasks) {
        switch (state) {
            case TASK_STATE_PLANNED -> counts.setPlanned(counts.getPlanned() + tasks);
            case TASK_STATE_READY -> counts.setReady(counts.getReady() + tasks);
            case TASK_STATE_RUNNING -> counts.setRunning(counts.getRunning() + tasks);
            case TASK_STATE_DONE -> counts.setDone(counts.getDone() + tasks);
            case TASK_STATE_FAILED -> counts.setFailed(counts.getFailed() + tasks);
            case TASK_STATE_CANCELLED -> counts.setCancelled(counts.getCancelled() + tasks);
            case TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }

    /** Puts the sums into a status, stage by stage. */
    public void write(ExperimentStatus.Builder status) {
        status.setCounts(all).clearStages();
        stages.forEach((stage, counts) -> status.addStages(
                StageCounts.newBuilder().setStage(stage).setKind(kind(stage)).setCounts(counts)));
    }

    /** The kind of the tasks of a stage. */
    public static TaskKind kind(WorkKind stage) {
        return switch (stage) {
            case WORK_KIND_STAGE1, WORK_KIND_STAGE3 -> TaskKind.TASK_KIND_TRAIN;
            case WORK_KIND_STAGE2 -> TaskKind.TASK_KIND_PRUNE;
            case WORK_KIND_EVALUATE -> TaskKind.TASK_KIND_EVALUATE;
            case WORK_KIND_UNSPECIFIED, UNRECOGNIZED -> TaskKind.TASK_KIND_UNSPECIFIED;
        };
    }
}
