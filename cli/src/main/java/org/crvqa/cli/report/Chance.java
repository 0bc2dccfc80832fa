package org.crvqa.cli.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.crvqa.artifacts.AccuracyMetric;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.study.statistics.Bootstrap;
import org.crvqa.study.statistics.Estimate;
import org.crvqa.study.statistics.Holm;
import org.crvqa.study.statistics.McNemar;
import org.crvqa.study.statistics.RowReader;
import org.crvqa.study.statistics.RowScores;

/**
 * How much of a report may be chance: intervals of its cells, differences to one of its rows. Of whole splits, whose
 * questions evaluations keep; not of subsets and answer types.
 */
public final class Chance {
    /** Resampling this many seeds says nothing of other seeds. */
    private static final int FEW_SEEDS = 2;

    private final UnitedReport report;
    private final RowReader reader;
    private final Bootstrap bootstrap = new Bootstrap();
    private final Map<Place, Optional<RowScores>> read = new HashMap<>();
    private final Set<String> without = new LinkedHashSet<>();
    private final List<Integer> seeds = new ArrayList<>();

    /** @param reader of the store where the evaluations of the report lie */
    public Chance(UnitedReport report, RowReader reader) {
        this.report = report;
        this.reader = reader;
    }

    /**
     * Computes what is asked for.
     *
     * @param intervals of every cell
     * @param against the row that every other is set against
     * @throws InvalidInputException when the report does not say from which evaluations it comes, or none of them kept what
     *     it scored on each question
     */
    public Findings find(boolean intervals, OptionalInt against) {
        if (report.report().getRunScoresOmitted()) {
            throw new InvalidInputException(
                    "The report is too large to name the evaluations behind its cells, so nothing can be resampled",
                    "Ask for a smaller experiment, or for one experiment at a time.");
        }
        Map<Place, Estimate> found = new LinkedHashMap<>();
        List<Difference> differences = new ArrayList<>();
        for (String column : columns()) {
            if (intervals) {
                for (int row = 0; row < report.report().getRowsCount(); row++) {
                    Place place = new Place(row, column);
                    scores(place).ifPresent(scores -> found.put(place, bootstrap.mean(scores)));
                }
            }
            against.ifPresent(other -> differences.addAll(differences(column, other)));
            // One column's questions at a time: the largest splits have hundreds of thousands.
            seeds.addAll(read.values().stream()
                    .flatMap(Optional::stream)
                    .map(scores -> scores.seeds().size())
                    .toList());
            read.clear();
        }
        if (found.isEmpty() && differences.isEmpty()) {
            throw nothing(against);
        }
        return new Findings(found, against, differences, List.of(), notes(!differences.isEmpty()));
    }

    private InvalidInputException nothing(OptionalInt against) {
        if (without.isEmpty()) {
            return new InvalidInputException(
                    against.isPresent() && report.report().getRowsCount() == 1
                            ? "There is no other row to set against " + report.label(against.getAsInt())
                            : "No rows of the report have scores yet that could be compared",
                    "'crvqa report' without --intervals and --against shows which runs are missing.");
        }
        return new InvalidInputException(
                "The evaluations of " + String.join(", ", without)
                        + " kept no score of single questions, which intervals and tests need",
                "They were made by an earlier release; evaluate again with this one, in a store of its own.");
    }

    /** Whole splits: columns of subsets and families have other names. */
    private List<String> columns() {
        Set<String> subsets = new LinkedHashSet<>();
        report.report().getFamiliesList().forEach(family -> {
            subsets.add(family.getName());
            subsets.addAll(family.getSubsetsList());
        });
        String all = "/" + AccuracyMetric.ALL;
        return report.report().getColumnsList().stream()
                .filter(column -> column.endsWith(all) && !subsets.contains(split(column)))
                .toList();
    }

    private static String split(String column) {
        return column.substring(0, column.indexOf('/'));
    }

    private Optional<RowScores> scores(Place place) {
        return read.computeIfAbsent(place, this::read);
    }

    private Optional<RowScores> read(Place place) {
        ReportCell cell = Numbers.cell(report, place.row(), place.column());
        List<RunScore> runs = cell.getRunsList();
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        Optional<RowScores> scores = reader.read(runs, split(place.column()));
        if (scores.isEmpty()) {
            without.add(report.label(place.row()));
        }
        return scores;
    }

    private List<Difference> differences(String column, int against) {
        Optional<RowScores> other = scores(new Place(against, column));
        if (other.isEmpty()) {
            return List.of();
        }
        List<Difference> found = new ArrayList<>();
        for (int row = 0; row < report.report().getRowsCount(); row++) {
            Place place = new Place(row, column);
            if (row != against) {
                scores(place).ifPresent(scores -> found.add(difference(place, scores, other.get())));
            }
        }
        return adjusted(found);
    }

    private Difference difference(Place place, RowScores row, RowScores other) {
        boolean questions = row.sameQuestions(other);
        boolean sameSeeds = row.sameSeeds(other);
        List<Difference.SeedTest> tests = questions && sameSeeds && row.seeds().size() > 1
                ? IntStream.range(0, row.seeds().size())
                        .mapToObj(seed ->
                                new Difference.SeedTest(row.seeds().get(seed), McNemar.ofSeeds(row, seed, other, seed)))
                        .toList()
                : List.of();
        return new Difference(
                place,
                bootstrap.difference(row, other),
                Double.NaN,
                questions ? Optional.of(McNemar.of(row, other)) : Optional.empty(),
                Double.NaN,
                tests,
                row.questions().length,
                row.seeds().size(),
                other.seeds().size(),
                questions,
                sameSeeds);
    }

    /** By Holm over the rows of one column, for each test by itself. */
    private static List<Difference> adjusted(List<Difference> found) {
        double[] p = Holm.adjust(
                found.stream().mapToDouble(each -> each.estimate().p()).toArray());
        double[] mcNemar = Holm.adjust(found.stream()
                .flatMap(each -> each.mcNemar().stream())
                .mapToDouble(McNemar::p)
                .toArray());
        List<Difference> adjusted = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < found.size(); i++) {
            Difference each = found.get(i);
            adjusted.add(each.adjusted(p[i], each.mcNemar().isPresent() ? mcNemar[next++] : Double.NaN));
        }
        return adjusted;
    }

    private List<String> notes(boolean differences) {
        List<String> notes = new ArrayList<>();
        if (differences) {
            notes.add(
                    "Right alone: questions that only this row : only the other has right (a VQA accuracy of at least 0.5 in"
                            + " the mean over the seeds). Holm: the p-value before it, corrected for the number of rows.");
        }
        int fewest = seeds.stream().mapToInt(Integer::intValue).min().orElse(0);
        if (fewest == 1) {
            notes.add(
                    "Some rows have one seed: their intervals and p-values speak of other questions, not of other seeds.");
        } else if (fewest <= FEW_SEEDS) {
            notes.add("Two seeds are too few to say how other seeds would do: intervals and p-values speak of other"
                    + " questions, and hardly of other seeds.");
        }
        if (!without.isEmpty()) {
            notes.add("The evaluations of " + String.join(", ", without)
                    + " were made by an earlier release, which kept no"
                    + " score of single questions: nothing is resampled there.");
        }
        return notes;
    }
}
