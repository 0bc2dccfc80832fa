package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.console.Style;
import org.crvqa.coordinator.v1.MissingRuns;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.TaskState;

/** Why rows of a report lack runs, a line for each reason, and which commands help. */
public final class MissingText {
    private static final int KEY_DIGITS = 12;

    private MissingText() {}

    /** The lines to print; none where nobody told why. @param models whether rows are of several models */
    static List<String> lines(Report report, boolean models, boolean color) {
        List<String> lines = new ArrayList<>();
        for (ReportRow row : report.getRowsList()) {
            String name = (models ? row.getModel() + " " : "") + row.getName();
            for (MissingRuns why : row.getMissingList()) {
                lines.add("  " + name + ": " + why.getRuns() + (why.getRuns() == 1 ? " run " : " runs ")
                        + reason(why, color));
            }
        }
        if (!lines.isEmpty()) {
            lines.add(0, "");
            lines.add(1, Style.BOLD.apply("Runs without a score", color));
            lines.addAll(advice(report));
        }
        return lines;
    }

    /** The same without colours and in one line: "failed: stage 1 lmh, tiny, seed 0 (3f9a0c11aa22): why". */
    public static String reason(MissingRuns why) {
        return reason(why, false).replaceAll("\\s*\n\\s*", " ");
    }

    /** "failed", "cancelled", "running" or "waiting". */
    public static String word(TaskState state) {
        return switch (state) {
            case TASK_STATE_FAILED -> "failed";
            case TASK_STATE_CANCELLED -> "cancelled";
            case TASK_STATE_RUNNING -> "running";
            case TASK_STATE_READY, TASK_STATE_PLANNED, TASK_STATE_DONE, TASK_STATE_UNSPECIFIED, UNRECOGNIZED ->
                "waiting";
        };
    }

    private static String reason(MissingRuns why, boolean color) {
        String key = why.getTaskKey()
                .substring(0, Math.min(KEY_DIGITS, why.getTaskKey().length()));
        String task = why.getTask() + " (" + key + ")";
        return switch (why.getState()) {
            case TASK_STATE_FAILED ->
                Style.BAD.apply("failed", color) + ": " + task + ": " + TaskText.failure(why.getFailure());
            case TASK_STATE_CANCELLED -> Style.WARNING.apply("cancelled", color);
            case TASK_STATE_RUNNING -> Style.ACTIVE.apply("running", color) + ": " + task;
            case TASK_STATE_READY, TASK_STATE_PLANNED, TASK_STATE_DONE, TASK_STATE_UNSPECIFIED, UNRECOGNIZED ->
                "waiting";
        };
    }

    private static List<String> advice(Report report) {
        String id = report.getExperimentId();
        if (has(report, TaskState.TASK_STATE_FAILED)) {
            return List.of("'crvqa tasks " + id + " --state failed' lists what failed; 'crvqa retry " + id
                    + "' tries it again.");
        }
        return has(report, TaskState.TASK_STATE_CANCELLED)
                ? List.of("'crvqa retry " + id + "' goes on with it.")
                : List.of();
    }

    private static boolean has(Report report, TaskState state) {
        return report.getRowsList().stream()
                .flatMap(row -> row.getMissingList().stream())
                .anyMatch(why -> why.getState() == state);
    }
}
