package org.crvqa.cli.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.cli.chart.LineChart;
import org.crvqa.cli.chart.Picture;

/** Curves of training: a panel for each metric, a line for each group of runs, with a band over its seeds. */
public final class HistoryPicture {
    private HistoryPicture() {}

    /** Draws the metrics that are asked for, of which some run must have each. */
    public static Picture of(String title, List<TrainingRun> runs, Set<String> metrics) {
        Map<String, List<TrainingRun>> groups = new LinkedHashMap<>();
        runs.forEach(run ->
                groups.computeIfAbsent(run.group(), group -> new ArrayList<>()).add(run));
        boolean several = groups.values().stream().anyMatch(group -> group.size() > 1);
        List<LineChart.Panel> panels = new ArrayList<>();
        for (String metric : metrics) {
            List<LineChart.Line> lines = new ArrayList<>();
            groups.forEach((label, members) -> {
                List<LineChart.Point> points = points(members, metric);
                if (!points.isEmpty()) {
                    lines.add(new LineChart.Line(label, points));
                }
            });
            if (!lines.isEmpty()) {
                panels.add(new LineChart.Panel(metric, "steps", lines, List.of()));
            }
        }
        return new LineChart(
                        title,
                        several ? "Lines: means over seeds; bands: one sample standard deviation" : "One run a line",
                        panels)
                .draw();
    }

    /** At the steps that every run has that has any. */
    private static List<LineChart.Point> points(List<TrainingRun> runs, String metric) {
        SortedMap<Integer, List<Double>> values = new TreeMap<>();
        int measured = 0;
        for (TrainingRun run : runs) {
            MetricSeries series = run.series(metric).orElse(MetricSeries.getDefaultInstance());
            measured += series.getStepCount() > 0 ? 1 : 0;
            for (int i = 0; i < series.getStepCount(); i++) {
                values.computeIfAbsent(series.getStep(i), step -> new ArrayList<>())
                        .add(series.getValue(i));
            }
        }
        List<LineChart.Point> points = new ArrayList<>();
        int all = measured;
        values.forEach((step, found) -> {
            if (found.size() == all) {
                points.add(point(step, found));
            }
        });
        return points;
    }

    private static LineChart.Point point(int step, List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double deviation = values.size() > 1 ? Math.sqrt(squares / (values.size() - 1)) : 0;
        return new LineChart.Point(step, mean, mean - deviation, mean + deviation);
    }
}
