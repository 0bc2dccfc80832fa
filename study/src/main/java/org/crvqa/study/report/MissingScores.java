package org.crvqa.study.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.MissingRuns;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.plan.Cell;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Run;

/** Why runs of a report have no score: which of the tasks that they need stands in their way. */
public final class MissingScores {
    /** What is worst first: a failure among the tasks of a run keeps it from ending, whatever else they do. */
    private static final List<TaskState> WORST_FIRST = List.of(
            TaskState.TASK_STATE_FAILED,
            TaskState.TASK_STATE_CANCELLED,
            TaskState.TASK_STATE_RUNNING,
            TaskState.TASK_STATE_READY);

    private final Map<String, TaskStatus> statuses = new HashMap<>();
    private final Map<ArtifactKey, PlanTask> tasks = new HashMap<>();

    private MissingScores(Plan plan, List<TaskStatus> statuses) {
        plan.tasks().forEach(task -> tasks.put(task.key(), task));
        statuses.forEach(status -> this.statuses.put(status.getKey(), status));
    }

    /** The report with what its rows lack. @param statuses of all tasks of the plan */
    public static Report told(Report report, Plan plan, List<TaskStatus> statuses) {
        MissingScores missing = new MissingScores(plan, statuses);
        Map<Cell, List<Run>> cells =
                plan.runs().stream().collect(Collectors.groupingBy(Run::cell, LinkedHashMap::new, Collectors.toList()));
        Report.Builder told = report.toBuilder();
        int row = 0;
        for (List<Run> runs : cells.values()) {
            told.getRowsBuilder(row++).addAllMissing(missing.of(runs));
        }
        return told.build();
    }

    private List<MissingRuns> of(List<Run> runs) {
        Map<String, MissingRuns.Builder> byReason = new LinkedHashMap<>();
        for (Run run : runs) {
            TaskStatus evaluation = statuses.get(run.evaluation().hex());
            if (evaluation == null || evaluation.getState() != TaskState.TASK_STATE_DONE) {
                MissingRuns.Builder why = why(run);
                MissingRuns.Builder same =
                        byReason.computeIfAbsent(why.getState() + " " + why.getTaskKey(), reason -> why);
                same.setRuns(same.getRuns() + 1);
            }
        }
        List<MissingRuns> missing = new ArrayList<>();
        byReason.values().stream()
                .sorted(Comparator.comparing(why -> WORST_FIRST.indexOf(why.getState())))
                .forEach(why -> missing.add(why.build()));
        return missing;
    }

    private MissingRuns.Builder why(Run run) {
        Map<TaskState, TaskStatus> found = new HashMap<>();
        for (PlanTask task : needs(run)) {
            TaskStatus status = statuses.getOrDefault(task.key().hex(), TaskStatus.getDefaultInstance());
            found.putIfAbsent(status.getState(), status);
        }
        TaskState worst =
                WORST_FIRST.stream().filter(found::containsKey).findFirst().orElse(TaskState.TASK_STATE_READY);
        MissingRuns.Builder why = MissingRuns.newBuilder().setState(worst);
        if (worst == TaskState.TASK_STATE_FAILED || worst == TaskState.TASK_STATE_RUNNING) {
            TaskStatus status = found.getOrDefault(worst, TaskStatus.getDefaultInstance());
            why.setTask(status.getLabel()).setTaskKey(status.getKey());
            if (worst == TaskState.TASK_STATE_FAILED) {
                why.setFailure(status.getFailure());
            }
        }
        return why;
    }

    /** The evaluation of a run and all that it needs, itself first. */
    private List<PlanTask> needs(Run run) {
        List<PlanTask> found = new ArrayList<>();
        Set<ArtifactKey> seen = new HashSet<>();
        Deque<ArtifactKey> open = new ArrayDeque<>(List.of(run.evaluation()));
        while (!open.isEmpty()) {
            PlanTask task = tasks.get(open.remove());
            if (task != null && seen.add(task.key())) {
                found.add(task);
                open.addAll(task.dependsOn());
            }
        }
        return found;
    }
}
