package org.crvqa.cli.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.cli.console.WideTable;

/** Histories as text: some points of each run for people, every point for programs. */
public final class HistoryTable {
    private static final int SHOWN_POINTS = 12;

    private HistoryTable() {}

    /** A table for each run, of so many points that it fits on a screen, in lines of {@code width} characters. */
    public static List<String> lines(List<TrainingRun> runs, Set<String> metrics, boolean color, int width) {
        List<String> lines = new ArrayList<>();
        for (TrainingRun run : runs) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add("%s (%s): %,d steps, %,d an epoch"
                    .formatted(
                            run.label(),
                            run.key().abbreviated(),
                            run.history().getTotalSteps(),
                            run.history().getStepsPerEpoch()));
            lines.addAll(table(run, metrics).lines(color, width));
        }
        return lines;
    }

    private static WideTable table(TrainingRun run, Set<String> metrics) {
        List<String> shown = run.metrics().stream().filter(metrics::contains).toList();
        List<Integer> steps = steps(run, shown);
        WideTable table = new WideTable(
                List.of("Step", "Epoch"),
                steps.stream()
                        .map(step -> List.of(
                                String.format(Locale.ROOT, "%,d", step),
                                String.format(Locale.ROOT, "%.2f", run.epoch(step))))
                        .toList());
        for (String metric : shown) {
            MetricSeries series = run.series(metric).orElseThrow();
            table.column(
                    metric, steps.stream().map(step -> latest(series, step)).toList());
        }
        return table;
    }

    /** The first, the last, and some between them at equal distances. */
    private static List<Integer> steps(TrainingRun run, List<String> metrics) {
        TreeSet<Integer> all = new TreeSet<>();
        metrics.forEach(metric -> all.addAll(run.series(metric).orElseThrow().getStepList()));
        List<Integer> sorted = new ArrayList<>(all);
        TreeSet<Integer> shown = new TreeSet<>();
        int points = Math.min(SHOWN_POINTS, sorted.size());
        for (int i = 0; i < points; i++) {
            shown.add(sorted.get(points == 1 ? 0 : (int) ((long) i * (sorted.size() - 1) / (points - 1))));
        }
        return new ArrayList<>(shown);
    }

    /** What was measured last by this step. */
    private static String latest(MetricSeries series, int step) {
        int found = -1;
        for (int i = 0; i < series.getStepCount() && series.getStep(i) <= step; i++) {
            found = i;
        }
        return found < 0 ? "" : number(series.getValue(found));
    }

    /** Four digits that count. */
    private static String number(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e5)) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        return String.format(Locale.ROOT, size < 1 ? "%.4f" : size < 100 ? "%.3f" : "%.1f", value);
    }

    /** Comma-separated, a line for each point: key, label, metric, step, epoch, value with all its digits. */
    public static List<String> csv(List<TrainingRun> runs, Set<String> metrics) {
        List<String> lines = new ArrayList<>();
        lines.add("key,label,metric,step,epoch,value");
        for (TrainingRun run : runs) {
            for (String metric : run.metrics()) {
                if (metrics.contains(metric)) {
                    MetricSeries series = run.series(metric).orElseThrow();
                    for (int i = 0; i < series.getStepCount(); i++) {
                        lines.add(String.join(
                                ",",
                                run.key().hex(),
                                quoted(run.label()),
                                quoted(metric),
                                Integer.toString(series.getStep(i)),
                                Double.toString(run.epoch(series.getStep(i))),
                                Double.toString(series.getValue(i))));
                    }
                }
            }
        }
        return lines;
    }

    /** As RFC 4180. */
    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
