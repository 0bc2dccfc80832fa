package org.crvqa.cli.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.crvqa.artifacts.EditDistance;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.ReportRow;

/** Finds the row that a person names. */
public final class NearestRow {
    private NearestRow() {}

    /**
     * The place of the row with this name, before which the model, and before that the experiment, may stand.
     *
     * @param error makes what is thrown of a sentence, when there is no such row or more than one
     */
    public static int find(UnitedReport report, String name, Function<String, ? extends RuntimeException> error) {
        List<Integer> found = IntStream.range(0, report.report().getRowsCount())
                .filter(row -> names(report, row).contains(name))
                .boxed()
                .toList();
        if (found.isEmpty()) {
            List<String> labels = IntStream.range(0, report.report().getRowsCount())
                    .mapToObj(report::label)
                    .toList();
            throw error.apply("the report has no row '" + name + "'" + hint(name, labels));
        }
        if (found.size() > 1) {
            throw error.apply("several rows are called '" + name + "': "
                    + String.join(", ", found.stream().map(report::label).toList()));
        }
        return found.get(0);
    }

    private static List<String> names(UnitedReport report, int row) {
        ReportRow of = report.report().getRows(row);
        String id = report.part(row).getExperimentId();
        return List.of(
                of.getName(),
                of.getModel() + " " + of.getName(),
                id + " " + of.getName(),
                id + " " + of.getModel() + " " + of.getName());
    }

    /** "; did you mean 'x'? There are: a, b, c". */
    static String hint(String given, Collection<String> names) {
        Optional<String> nearest = names.stream()
                .min(Comparator.comparingInt(name -> EditDistance.of(given, name)))
                .filter(name -> EditDistance.of(given, name) <= Math.max(2, name.length() / 3));
        return nearest.map(name -> "; did you mean '" + name + "'?").orElse(".") + " There are: "
                + String.join(", ", names);
    }
}
