package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.crvqa.coordinator.v1.WorkEstimate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;

/** The device time of a plan as a table, and below it where each rate comes from. */
final class EstimateText {
    private static final double SECONDS_PER_HOUR = 3600;

    private EstimateText() {}

    static List<String> lines(PlanEstimate estimate, boolean color) {
        Table table =
                Table.of(List.of("Work", ">In the store", ">To run", ">Steps", ">Questions answered", ">Device-hours"));
        for (WorkEstimate work : estimate.getWorksList()) {
            table.row(List.of(
                    name(work),
                    Integer.toString(work.getTasksDone()),
                    Integer.toString(work.getTasksToRun()),
                    count(work.getSteps()),
                    count(work.getQuestions()),
                    work.hasDeviceSeconds() ? hours(work.getDeviceSeconds()) : Style.WARNING.apply("unknown", color)));
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        lines.add(sum(estimate));
        for (WorkEstimate work : estimate.getWorksList()) {
            if (!work.getRate().isEmpty()) {
                lines.add(name(work) + ": " + work.getRate()
                        + (work.getNotesCount() == 0 ? "" : " (" + String.join("; ", work.getNotesList()) + ")") + ".");
            }
        }
        estimate.getNotesList().forEach(note -> lines.add("Note: " + note + "."));
        return lines;
    }

    private static String sum(PlanEstimate estimate) {
        boolean known =
                estimate.getWorksList().stream().anyMatch(work -> work.getTasksToRun() > 0 && work.hasDeviceSeconds());
        if (estimate.getComplete()) {
            return "In all " + hours(estimate.getDeviceSeconds()) + " device-hours.";
        }
        return known
                ? "PARTIAL: " + hours(estimate.getDeviceSeconds())
                        + " device-hours and what is unknown: work without a measured rate is not in the sum."
                : "Device time is unknown: give rates with --rates (crvqa bench measures them).";
    }

    /** "stage 2 mask-training, tiny, bfloat16". */
    private static String name(WorkEstimate work) {
        String method = work.getMethod() == PruneMethod.PRUNE_METHOD_UNSPECIFIED
                ? ""
                : " "
                        + work.getMethod()
                                .name()
                                .replaceFirst("^PRUNE_METHOD_", "")
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-');
        return stage(work.getWork()) + method + ", " + work.getModel()
                + (work.getPrecision() == Precision.PRECISION_BFLOAT16 ? ", bfloat16" : "");
    }

    private static String stage(WorkKind work) {
        return switch (work) {
            case WORK_KIND_STAGE1 -> "stage 1";
            case WORK_KIND_STAGE2 -> "stage 2";
            case WORK_KIND_STAGE3 -> "stage 3";
            case WORK_KIND_EVALUATE -> "evaluation";
            case WORK_KIND_UNSPECIFIED, UNRECOGNIZED -> "other";
        };
    }

    private static String count(long number) {
        return number == 0 ? "" : String.format(Locale.ROOT, "%,d", number);
    }

    /** "0.0012" rather than "0.00": small studies are planned too. */
    private static String hours(double seconds) {
        double hours = seconds / SECONDS_PER_HOUR;
        return hours == 0 || hours >= 0.1
                ? String.format(Locale.ROOT, "%,.2f", hours)
                : String.format(Locale.ROOT, "%.2g", hours);
    }
}
