package org.crvqa.cli.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.artifacts.AccuracyMetric;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.chart.BarChart;
import org.crvqa.cli.chart.LineChart;
import org.crvqa.cli.chart.Picture;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;

/**
 * The paper's figure: accuracy against sparsity, a panel for each split, a line for each combination of method and losses,
 * dense models as dotted lines. Bars where there is one sparsity.
 */
public final class ReportPicture {
    private final UnitedReport report;
    /** Rows of the same line, by its label; dense models have lines of their own. */
    private final Map<String, List<Integer>> lines = new LinkedHashMap<>();

    private final Map<String, Integer> levels = new LinkedHashMap<>();

    private ReportPicture(UnitedReport report) {
        this.report = report;
        for (int row = 0; row < report.report().getRowsCount(); row++) {
            ReportRow of = report.report().getRows(row);
            if (of.getMethod().isEmpty()) {
                levels.put(report.label(row), row);
            } else {
                lines.computeIfAbsent(label(row), label -> new ArrayList<>()).add(row);
            }
        }
    }

    /** Draws it. @throws InvalidInputException when no row has a score */
    public static Picture of(UnitedReport report) {
        return new ReportPicture(report).draw();
    }

    private Picture draw() {
        List<String> columns = columns();
        if (columns.isEmpty()) {
            throw new InvalidInputException(
                    "There is nothing to draw: no row of "
                            + String.join(
                                    ", ",
                                    report.parts().stream()
                                            .map(Report::getExperimentId)
                                            .toList())
                            + " has a score yet",
                    "'crvqa report' without --picture shows what is missing.");
        }
        long sparsities = lines.values().stream()
                .flatMap(List::stream)
                .map(row -> sparsity(report.report().getRows(row)))
                .distinct()
                .count();
        return sparsities > 1 ? lines(columns) : bars(columns);
    }

    /** The row's name without its sparsity: what the rows of one line share. */
    private String label(int row) {
        ReportRow of = report.report().getRows(row);
        List<String> keys = new ArrayList<>(report.keys(row));
        String name = of.getName();
        if (of.hasSparsity()) {
            name = name.replaceFirst(" " + Pattern.quote(plain(of.getSparsity())) + "(?![0-9.])", "");
        }
        keys.set(keys.size() - 1, name);
        return String.join(" ", keys);
    }

    private static String plain(double sparsity) {
        return BigDecimal.valueOf(sparsity).stripTrailingZeros().toPlainString();
    }

    /** As asked for, or, where modalities have rates of their own, as the masks have it. */
    private static double sparsity(ReportRow row) {
        return row.hasSparsity() ? row.getSparsity() : row.getZeros();
    }

    private List<String> columns() {
        return report.report().getColumnsList().stream()
                .filter(column -> column.endsWith("/" + AccuracyMetric.ALL))
                .filter(column -> IntStream.range(0, report.report().getRowsCount())
                        .anyMatch(row -> Numbers.cell(report, row, column).hasMean()))
                .toList();
    }

    private String title() {
        Set<String> ids = new LinkedHashSet<>();
        Set<String> datasets = new LinkedHashSet<>();
        report.parts().forEach(part -> {
            ids.add(part.getExperimentId());
            if (!part.getDataset().isEmpty()) {
                datasets.add(part.getDataset());
            }
        });
        return String.join(", ", ids) + (datasets.isEmpty() ? "" : " on " + String.join(", ", datasets));
    }

    private Picture lines(List<String> columns) {
        List<LineChart.Panel> panels = new ArrayList<>();
        for (String column : columns) {
            List<LineChart.Line> drawn = new ArrayList<>();
            lines.forEach((label, rows) -> {
                TreeMap<Double, LineChart.Point> points = new TreeMap<>();
                for (int row : rows) {
                    ReportCell cell = Numbers.cell(report, row, column);
                    if (cell.hasMean()) {
                        double mean = 100 * cell.getMean();
                        double std = 100 * cell.getStd();
                        double sparsity = 100 * sparsity(report.report().getRows(row));
                        points.put(sparsity, new LineChart.Point(sparsity, mean, mean - std, mean + std));
                    }
                }
                if (!points.isEmpty()) {
                    drawn.add(new LineChart.Line(label, List.copyOf(points.values())));
                }
            });
            List<LineChart.Level> dense = new ArrayList<>();
            levels.forEach((label, row) -> {
                ReportCell cell = Numbers.cell(report, row, column);
                if (cell.hasMean()) {
                    dense.add(new LineChart.Level(label, 100 * cell.getMean()));
                }
            });
            panels.add(new LineChart.Panel(panel(column), "sparsity in %", drawn, dense));
        }
        String subtitle = "Accuracy in %. Lines: means over seeds; bands: one sample standard deviation"
                + (levels.isEmpty() ? "" : "; dotted: dense models");
        return new LineChart(title(), subtitle, panels).draw();
    }

    private Picture bars(List<String> columns) {
        List<BarChart.Panel> panels = new ArrayList<>();
        for (String column : columns) {
            List<BarChart.Bar> bars = new ArrayList<>();
            for (int row = 0; row < report.report().getRowsCount(); row++) {
                ReportCell cell = Numbers.cell(report, row, column);
                if (cell.hasMean()) {
                    bars.add(new BarChart.Bar(report.label(row), 100 * cell.getMean(), 100 * cell.getStd()));
                }
            }
            panels.add(new BarChart.Panel(panel(column), bars));
        }
        return new BarChart(
                        title(),
                        "Accuracy in %. Bars: means over seeds; whiskers: one sample standard deviation",
                        panels)
                .draw();
    }

    /** "test (2,000 questions)". */
    private String panel(String column) {
        String name = column.substring(0, column.indexOf('/'));
        Set<Long> questions = IntStream.range(0, report.report().getRowsCount())
                .mapToObj(row -> report.questions(row, column))
                .filter(count -> count > 0)
                .collect(Collectors.toSet());
        return questions.size() == 1
                ? String.format(
                        Locale.ROOT,
                        "%s (%,d questions)",
                        name,
                        questions.iterator().next())
                : name;
    }
}
