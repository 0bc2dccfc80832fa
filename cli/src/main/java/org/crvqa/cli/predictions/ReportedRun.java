package org.crvqa.cli.predictions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.suggest.Suggestions;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;

/**
 * One run of a report's row: the evaluation of one seed.
 *
 * @param label for people: "lmh-lmh 0.7, seed 0"
 * @param seeds as {@code --seed} takes them: "0", or "42/49/42" by stage
 */
public record ReportedRun(String label, String seeds, ArtifactKey evaluation) {
    /** Finds runs in one report. @param model empty for the only one that has the row */
    public record Finder(Report report, Optional<String> model) {
        /**
         * The run of a row.
         *
         * @param seeds empty for the only one
         * @throws InvalidInputException when there is no such row or run, or several
         */
        public ReportedRun find(String row, Optional<String> seeds) {
            ReportRow found = row(row);
            List<ReportedRun> runs = runs(found);
            if (runs.isEmpty()) {
                throw none(found);
            }
            if (seeds.isEmpty()) {
                if (runs.size() > 1) {
                    throw new InvalidInputException(
                            "Row '" + found.getName() + "' has " + runs.size() + " runs",
                            "Name one with --seed: " + seeds(runs) + ".");
                }
                return runs.get(0);
            }
            return withSeeds(found, runs, seeds.get());
        }

        /** Names of the rows, for people. */
        public String rows() {
            return report.getRowsList().stream()
                    .map(ReportRow::getName)
                    .distinct()
                    .collect(Collectors.joining(", "));
        }

        private InvalidInputException none(ReportRow row) {
            String experiment = report.getExperimentId();
            if (report.getRunScoresOmitted()) {
                return new InvalidInputException(
                        "Experiment " + experiment
                                + " has so many runs that its report does not name their evaluations",
                        "Give the evaluation's key in the place of the experiment; 'crvqa tasks " + experiment
                                + " --kind evaluate' lists them.");
            }
            return new InvalidInputException(
                    "Row '" + row.getName() + "' of " + experiment + " has no run that was evaluated",
                    "'crvqa report " + experiment + "' says what is missing; 'crvqa watch " + experiment
                            + "' waits for it.");
        }

        private ReportRow row(String name) {
            List<ReportRow> rows = ofModel();
            List<ReportRow> named =
                    rows.stream().filter(row -> row.getName().equals(name)).toList();
            if (named.isEmpty()) {
                named = rows.stream()
                        .filter(row -> plain(row.getName()).equals(plain(name)))
                        .toList();
            }
            if (named.isEmpty()) {
                throw new InvalidInputException(
                        "The report of " + report.getExperimentId() + " has no row '" + name + "'",
                        meant(
                                name,
                                rows.stream().map(ReportRow::getName).distinct().toList()));
            }
            if (named.size() > 1) {
                throw new InvalidInputException(
                        "Row '" + name + "' is there of several models",
                        "Name one with --model: "
                                + named.stream().map(ReportRow::getModel).collect(Collectors.joining(", ")) + ".");
            }
            return named.get(0);
        }

        private List<ReportRow> ofModel() {
            if (model.isEmpty()) {
                return report.getRowsList();
            }
            List<ReportRow> rows = report.getRowsList().stream()
                    .filter(row -> row.getModel().equals(model.get()))
                    .toList();
            if (rows.isEmpty()) {
                throw new InvalidInputException(
                        "The report of " + report.getExperimentId() + " has no model '" + model.get() + "'",
                        meant(
                                model.get(),
                                report.getRowsList().stream()
                                        .map(ReportRow::getModel)
                                        .distinct()
                                        .toList()));
            }
            return rows;
        }

        private static ReportedRun withSeeds(ReportRow row, List<ReportedRun> runs, String seeds) {
            Optional<ReportedRun> exact =
                    runs.stream().filter(run -> run.seeds().equals(seeds)).findFirst();
            if (exact.isPresent()) {
                return exact.get();
            }
            // A dense model has the seed of stage 1 alone, and a subnetwork may be named by that one.
            String first = seeds.replaceFirst("/.*", "");
            List<ReportedRun> alike = runs.stream()
                    .filter(run -> run.seeds().equals(first) || run.seeds().startsWith(seeds + "/"))
                    .toList();
            if (alike.size() != 1) {
                throw new InvalidInputException(
                        alike.isEmpty()
                                ? "Row '" + row.getName() + "' has no run of seed " + seeds + " that was evaluated"
                                : "Row '" + row.getName() + "' has several runs with seed " + seeds + " of stage 1",
                        "Name one of its seeds: " + seeds(alike.isEmpty() ? runs : alike) + ".");
            }
            return alike.get(0);
        }
    }

    /** "Did you mean 'x'? There are: ..." */
    static String meant(String typed, Collection<String> allowed) {
        return Suggestions.nearest(typed, allowed)
                        .map(near -> "Did you mean '" + near + "'? ")
                        .orElse("") + "There are: " + String.join(", ", allowed) + ".";
    }

    private static String plain(String name) {
        return name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    private static String seeds(List<ReportedRun> runs) {
        return runs.stream().map(ReportedRun::seeds).collect(Collectors.joining(", "));
    }

    /** Every evaluation once: it scores all columns. */
    private static List<ReportedRun> runs(ReportRow row) {
        Map<String, ReportedRun> runs = new LinkedHashMap<>();
        row.getCellsList().stream()
                .flatMap(cell -> cell.getRunsList().stream())
                .forEach(score -> runs.computeIfAbsent(score.getKey(), key -> of(row, score)));
        return List.copyOf(runs.values());
    }

    private static ReportedRun of(ReportRow row, RunScore score) {
        List<String> seeds = new ArrayList<>();
        seeds.add(Long.toUnsignedString(score.getSeed()));
        if (score.hasStage2Seed() || score.hasStage3Seed()) {
            seeds.add(score.hasStage2Seed() ? Long.toUnsignedString(score.getStage2Seed()) : "-");
        }
        if (score.hasStage3Seed()) {
            seeds.add(Long.toUnsignedString(score.getStage3Seed()));
        }
        boolean one =
                seeds.stream().filter(seed -> !seed.equals("-")).distinct().count() == 1;
        String text = one ? seeds.get(0) : String.join("/", seeds);
        return new ReportedRun(
                row.getName() + (one ? ", seed " : ", seeds ") + text, text, new ArtifactKey(score.getKey()));
    }
}
