package org.crvqa.cli.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.crvqa.study.statistics.Estimate;

/**
 * What was computed beside a report's own numbers; each part is empty unless it was asked for.
 *
 * @param intervals of the cells whose questions are known
 * @param against the row that others were set against
 * @param differences of the others, column by column
 * @param published scores beside ours
 * @param notes what a reader must know of it
 */
public record Findings(
        Map<Place, Estimate> intervals,
        OptionalInt against,
        List<Difference> differences,
        List<Published> published,
        List<String> notes) {
    /** Nothing. */
    public static final Findings NONE = new Findings(Map.of(), OptionalInt.empty(), List.of(), List.of(), List.of());

    public Findings {
        intervals = Map.copyOf(intervals);
        differences = List.copyOf(differences);
        published = List.copyOf(published);
        notes = List.copyOf(notes);
    }

    /** The same with published scores. */
    public Findings with(List<Published> scores) {
        return new Findings(intervals, against, differences, scores, notes);
    }

    /** The interval of a cell. */
    Optional<Estimate> interval(int row, String column) {
        return Optional.ofNullable(intervals.get(new Place(row, column)));
    }

    Optional<Difference> difference(int row, String column) {
        return differences.stream()
                .filter(each -> each.place().equals(new Place(row, column)))
                .findFirst();
    }

    Optional<Published> published(int row, String column) {
        return published.stream()
                .filter(each -> each.place().equals(new Place(row, column)))
                .findFirst();
    }
}
