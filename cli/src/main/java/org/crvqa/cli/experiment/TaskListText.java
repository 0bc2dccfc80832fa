package org.crvqa.cli.experiment;

import com.google.protobuf.Timestamp;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.ExperimentEvent;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskAttempt;
import org.crvqa.coordinator.v1.TaskStatus;

/** Tasks, attempts and events as tables; times in a zone. */
public final class TaskListText {
    private static final int KEY_DIGITS = 12;
    private static final int MOST_CHARACTERS = 100;

    private TaskListText() {}

    /** Tasks, and how many there are beyond them. */
    public static List<String> tasks(ListTasksResponse page, ZoneId zone, boolean color) {
        Table table = Table.of(List.of("Key", "Stage", "What", "State", ">Attempt", "Started", "Ended", "Why"));
        for (TaskStatus task : page.getTasksList()) {
            String why = task.hasFailure() ? task.getFailure().getCause() : task.getNote();
            table.row(List.of(
                    task.getKey()
                            .substring(0, Math.min(KEY_DIGITS, task.getKey().length())),
                    Words.of(task.getStage()),
                    task.getLabel(),
                    Words.of(task.getState()),
                    Integer.toString(task.getAttempt()),
                    time(task.hasStarted(), task.getStarted(), zone),
                    time(task.hasEnded(), task.getEnded(), zone),
                    brief(why)));
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        lines.add("");
        lines.add(page.getTasksCount() + " of " + page.getTotalSize() + " tasks."
                + (page.getNextPageToken().isEmpty() ? "" : " The next ones: --page " + page.getNextPageToken()));
        return lines;
    }

    /** Attempts at a task, the latest first. */
    public static List<String> attempts(List<TaskAttempt> attempts, ZoneId zone, boolean color) {
        if (attempts.isEmpty()) {
            return List.of("Nobody has attempted it yet.");
        }
        Table table = Table.of(List.of(">Attempt", "Worker", "Began", "Ended", "Outcome", "Detail"));
        for (TaskAttempt attempt : attempts) {
            String outcome = attempt.getOutcome().getNumber() == 0 ? "" : Words.of(attempt.getOutcome());
            table.row(List.of(
                    Integer.toString(attempt.getNumber()),
                    attempt.getWorker(),
                    time(attempt.hasBegan(), attempt.getBegan(), zone),
                    time(attempt.hasEnded(), attempt.getEnded(), zone),
                    outcome + (attempt.getPardoned() ? ", pardoned" : ""),
                    brief(attempt.getDetail())));
        }
        return table.lines(color);
    }

    /** What happened to an experiment, the latest first. */
    public static List<String> events(List<ExperimentEvent> events, ZoneId zone, boolean color) {
        if (events.isEmpty()) {
            return List.of("Nothing was written down; releases before this one wrote no events.");
        }
        Table table = Table.of(List.of("Time", "What", "Who", "From", "Detail"));
        for (ExperimentEvent event : events) {
            table.row(List.of(
                    time(event.hasTime(), event.getTime(), zone),
                    Words.of(event.getKind()),
                    event.getCaller().getUser(),
                    event.getCaller().getHost(),
                    brief(event.getDetail())));
        }
        return table.lines(color);
    }

    private static String time(boolean known, Timestamp time, ZoneId zone) {
        return known ? Words.date(time, zone) : "";
    }

    private static String brief(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS - 3) + "...";
    }
}
