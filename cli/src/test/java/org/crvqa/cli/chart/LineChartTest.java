package org.crvqa.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineChartTest {
    private static LineChart.Line line(String label, double... ys) {
        List<LineChart.Point> points = new ArrayList<>();
        for (int i = 0; i < ys.length; i++) {
            points.add(new LineChart.Point(i, ys[i], ys[i] - 0.1, ys[i] + 0.1));
        }
        return new LineChart.Line(label, points);
    }

    @Test
    void draw_panels_haveTitlesAxesAndOneLegend() throws Exception {
        LineChart chart = new LineChart(
                "Accuracy",
                "by sparsity",
                List.of(
                        new LineChart.Panel(
                                "iid",
                                "sparsity",
                                List.of(line("lmh-lmh", 0.5, 0.6)),
                                List.of(new LineChart.Level("lmh", 0.7))),
                        new LineChart.Panel("test", "sparsity", List.of(line("lmh-lmh", 0.4)), List.of())));
        List<String> texts = HeatMapTest.texts(HeatMapTest.parse(chart.draw()));
        assertThat(texts).contains("Accuracy", "by sparsity", "iid", "test", "sparsity", "lmh");
        assertThat(texts.stream().filter("lmh-lmh"::equals)).hasSize(1);
    }

    @Test
    void draw_manyLines_allDifferByColourOrDash() {
        List<LineChart.Line> lines = IntStream.range(0, 15)
                .mapToObj(i -> line("line " + i, i, i + 1))
                .toList();
        String svg = new LineChart("t", "s", List.of(new LineChart.Panel("p", "x", lines, List.of())))
                .draw()
                .svg();
        List<String> keys = svg.lines()
                .filter(shape -> shape.startsWith("<polyline"))
                .limit(15)
                .map(shape -> shape.replaceFirst("points=\"[^\"]*\"", ""))
                .toList();
        assertThat(keys).hasSize(15).doesNotHaveDuplicates();
    }

    @Test
    void draw_nothing_isAPictureAllTheSame() throws Exception {
        HeatMapTest.parse(new LineChart("t", "s", List.of()).draw());
        HeatMapTest.parse(new LineChart("t", "s", List.of(new LineChart.Panel("p", "x", List.of(), List.of()))).draw());
    }
}
