package org.crvqa.cli.experiment;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.crvqa.cli.console.Durations;
import org.crvqa.cli.console.Style;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskStatus;

/** An experiment on one screen, however large it is: how it stands, what runs, what failed, and counts of the rest. */
public final class StatusText {
    private StatusText() {}

    /**
     * The lines to print; times in {@code zone}.
     *
     * @param running the first tasks that run
     * @param failed the first tasks that failed
     */
    public static List<String> lines(
            ExperimentStatus experiment,
            ListTasksResponse running,
            ListTasksResponse failed,
            InstantSource clock,
            ZoneId zone,
            boolean color) {
        List<String> lines = new ArrayList<>(head(experiment, zone, color));
        lines.add("");
        lines.addAll(StageText.lines(experiment, color));
        section(lines, experiment, "running", running, color, task -> {
            Duration since = task.hasStarted() ? Duration.between(instant(task), clock.instant()) : Duration.ZERO;
            return task.getLabel() + " on " + task.getWorker() + ": " + TaskText.progress(task, since);
        });
        section(
                lines,
                experiment,
                "failed",
                failed,
                color,
                task -> task.getLabel() + ": " + TaskText.failure(task.getFailure()));
        return lines;
    }

    private static Instant instant(TaskStatus task) {
        return Instant.ofEpochSecond(
                task.getStarted().getSeconds(), task.getStarted().getNanos());
    }

    private static List<String> head(ExperimentStatus experiment, ZoneId zone, boolean color) {
        List<String> lines = new ArrayList<>();
        String left = experiment.hasTimeLeft()
                ? ", about " + Durations.words(Words.java(experiment.getTimeLeft())) + " left"
                : "";
        lines.add(experiment.getId() + ": "
                + Words.style(experiment.getState()).apply(Words.of(experiment.getState()), color) + ", "
                + experiment.getTasksDone() + "/" + experiment.getTasksTotal() + " tasks" + left);
        List<String> times = new ArrayList<>();
        if (experiment.hasSubmitted()) {
            times.add("submitted " + Words.date(experiment.getSubmitted(), zone));
        }
        if (experiment.hasStarted()) {
            times.add("started " + Words.date(experiment.getStarted(), zone));
        }
        if (experiment.hasEnded()) {
            times.add("ended " + Words.date(experiment.getEnded(), zone));
        }
        if (!times.isEmpty()) {
            lines.add(String.join(", ", times));
        }
        lines.addAll(settings(experiment.getSettings()));
        if (!experiment.getProblem().isEmpty()) {
            lines.add(Style.BAD.apply("set aside", color) + ": " + experiment.getProblem());
        }
        return lines;
    }

    /** What was set for an experiment, a line each; none where nothing was. */
    public static List<String> settings(ExperimentSettings settings) {
        List<String> lines = new ArrayList<>();
        if (settings.getPriority() != 0) {
            lines.add("priority " + settings.getPriority());
        }
        new TreeMap<>(settings.getLabelsMap()).forEach((key, value) -> lines.add("label " + key + "=" + value));
        if (!settings.getNote().isEmpty()) {
            lines.add("note: " + settings.getNote());
        }
        return lines;
    }

    private interface Line {
        String of(TaskStatus task);
    }

    private static void section(
            List<String> lines,
            ExperimentStatus experiment,
            String state,
            ListTasksResponse tasks,
            boolean color,
            Line line) {
        if (tasks.getTasksCount() == 0) {
            return;
        }
        lines.add("");
        lines.add(Style.BOLD.apply(tasks.getTotalSize() + " " + state, color));
        tasks.getTasksList().forEach(task -> lines.add("  " + line.of(task)));
        int more = tasks.getTotalSize() - tasks.getTasksCount();
        if (more > 0) {
            lines.add("  and " + more + " more: crvqa tasks " + experiment.getId() + " --state " + state);
        }
    }
}
