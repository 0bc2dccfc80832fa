package org.crvqa.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Table;
import org.jspecify.annotations.Nullable;

/** A report as people read it. */
public final class BenchText {
    private static final String UNKNOWN = "–";
    private static final int DIGITS = 3;

    private BenchText() {}

    /** What was measured on what, a table, and sentences on what is not part of steps. */
    public static List<String> lines(BenchReport report, boolean color) {
        List<String> lines = new ArrayList<>(head(report));
        lines.add("");
        lines.addAll(table(report).lines(color));
        List<String> notes =
                report.measurements().stream().flatMap(m -> notes(m).stream()).toList();
        if (!notes.isEmpty()) {
            lines.add("");
            lines.addAll(notes);
        }
        return lines;
    }

    private static List<String> head(BenchReport report) {
        WorkReport.Machine machine = report.machine();
        String name = machine.deviceName() == null ? "" : " (" + machine.deviceName() + ")";
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%s (%s): %s parameters and an answer head for %,d answers; %d word pieces, %d regions",
                        report.model().name(),
                        report.architecture(),
                        millions(report.parameters()),
                        report.answers(),
                        report.tokens(),
                        report.regions()),
                "on " + machine.device() + name + ", "
                        + (report.threads() == 1 ? "1 thread" : report.threads() + " threads")
                        + ", " + BenchWords.precision(report.precision()) + ", loss " + BenchWords.loss(report.loss())
                        + "; crvqa " + report.version().get("crvqa") + ", libtorch " + machine.libtorch());
    }

    private static Table table(BenchReport report) {
        Table table = Table.of(List.of(
                "Work",
                ">Batch",
                ">Steps",
                ">s/step",
                ">CPU s/step",
                ">Steps/s",
                ">Examples/s",
                ">Peak memory",
                ">Waiting for data"));
        for (WorkReport.Measurement m : report.measurements()) {
            Long memory = m.peakMemoryBytes() == null ? m.peakHostMemoryBytes() : m.peakMemoryBytes();
            table.row(List.of(
                    m.work(),
                    Integer.toString(m.batchSize()),
                    Integer.toString(m.steps()),
                    number(m.secondsPerStep()),
                    m.cpuSecondsPerStep() == null ? UNKNOWN : number(m.cpuSecondsPerStep()),
                    number(m.stepsPerSecond()),
                    number(m.examplesPerSecond()),
                    memory == null ? UNKNOWN : bytes(memory) + (m.peakMemoryBytes() == null ? " (host)" : ""),
                    String.format(Locale.ROOT, "%.1f %%", 100 * m.dataWaitShare())));
        }
        return table;
    }

    private static List<String> notes(WorkReport.Measurement m) {
        List<String> notes = new ArrayList<>();
        if (m.thresholdSeconds() != null) {
            notes.add(m.work() + ": setting all thresholds, every " + m.thresholdEverySteps() + " steps, takes "
                    + seconds(m.thresholdSeconds()) + ".");
        }
        if (m.stateCaptureSeconds() != null) {
            notes.add(m.work() + ": training stands still for " + seconds(m.stateCaptureSeconds())
                    + " to save a state of " + (m.stateBytes() == null ? UNKNOWN : bytes(m.stateBytes()))
                    + ", the first time for " + seconds(m.firstStateCaptureSeconds()) + "; the state is on disk after "
                    + seconds(m.stateWriteSeconds()) + ".");
        }
        return notes;
    }

    private static String seconds(@Nullable Double value) {
        if (value == null) {
            return UNKNOWN;
        }
        return value < 1 ? number(1000 * value) + " ms" : number(value) + " s";
    }

    private static String millions(long parameters) {
        return parameters < 1_000_000
                ? String.format(Locale.ROOT, "%,d", parameters)
                : String.format(Locale.ROOT, "%.1f million", parameters / 1e6);
    }

    private static String bytes(long bytes) {
        return bytes < 1_000_000_000 ? number(bytes / 1e6) + " MB" : number(bytes / 1e9) + " GB";
    }

    /** Three digits that say something, more before the point: "0.0123", "4.56", "1234". */
    static String number(double value) {
        if (!(value > 0) || value >= 100) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        int decimals = DIGITS - 1 - (int) Math.floor(Math.log10(value));
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
