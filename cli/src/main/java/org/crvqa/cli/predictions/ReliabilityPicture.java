package org.crvqa.cli.predictions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.crvqa.cli.chart.LineChart;
import org.crvqa.cli.chart.Picture;
import org.crvqa.study.predictions.Calibration;

/** The reliability diagram: accuracy over the probability of the answers, and where the questions lie. */
public final class ReliabilityPicture {
    private static final String IDEAL = "as often right as probable";

    private ReliabilityPicture() {}

    /** A line for each evaluation; bins without questions have no point. */
    public static Picture of(PredictionView view) {
        List<LineChart.Line> accuracies = new ArrayList<>();
        List<LineChart.Line> shares = new ArrayList<>();
        for (Answered answered : view.all()) {
            Calibration found = view.calibration(answered);
            accuracies.add(new LineChart.Line(
                    answered.label(),
                    found.bins().stream()
                            .filter(bin -> bin.questions() > 0)
                            .map(bin -> LineChart.Point.of(100 * bin.confidence(), 100 * bin.accuracy()))
                            .toList()));
            shares.add(new LineChart.Line(
                    answered.label(),
                    found.bins().stream()
                            .map(bin -> LineChart.Point.of(
                                    50 * (bin.low() + bin.high()),
                                    100.0 * bin.questions() / Math.max(1, found.questions())))
                            .toList()));
        }
        accuracies.add(new LineChart.Line(IDEAL, List.of(LineChart.Point.of(0, 0), LineChart.Point.of(100, 100))));
        return new LineChart(
                        "Calibration on " + view.first().predictions().split(),
                        subtitle(view),
                        List.of(
                                new LineChart.Panel(
                                        "Accuracy in %", "mean probability of the answers in %", accuracies, List.of()),
                                new LineChart.Panel(
                                        "Share of the questions in %",
                                        "probability of the answer in %, middle of the bin", shares, List.of())))
                .draw();
    }

    private static String subtitle(PredictionView view) {
        String errors = view.all().stream()
                .map(answered -> String.format(
                        Locale.ROOT,
                        "%.2f %% (%s)",
                        100 * view.calibration(answered).error(),
                        answered.label()))
                .collect(Collectors.joining(", "));
        String filter = view.filter().text();
        return String.format(
                Locale.ROOT,
                "Expected calibration error %s; %d bins, %,d questions%s",
                errors,
                Calibration.BINS,
                view.places().size(),
                filter.isEmpty() ? "" : ": " + filter);
    }
}
