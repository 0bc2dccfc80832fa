package org.crvqa.coordinator.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.plan.Cell;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.plan.Run;
import org.crvqa.coordinator.spec.EnumNames;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.task.v1.SplitSelection;

/** Groups the scores of an experiment's evaluations by everything but the seeds. */
public final class Reports {
    private static final List<String> ANSWER_TYPES = List.of("all", "yes/no", "number", "other");
    private static final String ALL = "/all";

    private final Experiment experiment;
    private final Plan plan;
    private final Map<ArtifactKey, Manifest> evaluations;

    private Reports(Experiment experiment, Plan plan, Map<ArtifactKey, Manifest> evaluations) {
        this.experiment = experiment;
        this.plan = plan;
        this.evaluations = evaluations;
    }

    /** Reads the evaluations that exist through {@code manifests} and makes the table. */
    public static Report make(
            String id, Experiment experiment, Plan plan, Function<ArtifactKey, Optional<Manifest>> manifests) {
        Map<ArtifactKey, Manifest> evaluations = new LinkedHashMap<>();
        for (Run run : plan.runs()) {
            manifests.apply(run.evaluation()).ifPresent(manifest -> evaluations.put(run.evaluation(), manifest));
        }
        return new Reports(experiment, plan, evaluations).make(id);
    }

    private Report make(String id) {
        List<String> columns = columns();
        Map<Cell, List<Run>> cells =
                plan.runs().stream().collect(Collectors.groupingBy(Run::cell, LinkedHashMap::new, Collectors.toList()));
        Report.Builder report = Report.newBuilder()
                .setExperimentId(id)
                .setProtocol(protocol())
                .addAllColumns(columns)
                .setComplete(plan.runs().stream().map(Run::evaluation).allMatch(evaluations::containsKey))
                .addAllNotes(notes());
        cells.forEach((cell, runs) -> report.addRows(row(cell, runs, columns)));
        return report.build();
    }

    /** Every split; answer types that no question of a split has are left out once that is known. */
    private List<String> columns() {
        return experiment.getEvaluateList().stream()
                .map(SplitSelection::getName)
                .flatMap(split -> ANSWER_TYPES.stream().map(type -> split + "/" + type))
                .filter(column -> column.endsWith(ALL)
                        || evaluations.isEmpty()
                        || evaluations.values().stream()
                                .anyMatch(manifest -> manifest.containsMetrics(accuracy(column))))
                .toList();
    }

    private ReportRow row(Cell cell, List<Run> runs, List<String> columns) {
        ReportRow.Builder row = ReportRow.newBuilder()
                .setModel(cell.model())
                .setStage1Loss(EnumNames.of(cell.stage1Loss()))
                .setName(cell.name());
        cell.search().ifPresent(search -> {
            row.setMethod(EnumNames.of(search.method()));
            search.loss().map(EnumNames::of).ifPresent(row::setStage2Loss);
            search.uniformSparsity().ifPresent(row::setSparsity);
            mean(metric(runs, "zeros/all")).ifPresent(row::setZeros);
        });
        cell.stage3Loss().map(EnumNames::of).ifPresent(row::setStage3Loss);
        columns.forEach(column -> row.addCells(cell(runs, column)));
        return row.build();
    }

    private ReportCell cell(List<Run> runs, String column) {
        ReportCell.Builder cell = ReportCell.newBuilder().setExpectedRuns(runs.size());
        for (Run run : runs) {
            Manifest manifest = evaluations.get(run.evaluation());
            if (manifest != null && manifest.containsMetrics(accuracy(column))) {
                RunScore.Builder score = RunScore.newBuilder()
                        .setSeed(run.seeds().stage1())
                        .setScore(manifest.getMetricsOrThrow(accuracy(column)))
                        .setKey(run.evaluation().hex());
                run.seeds().stage2().ifPresent(score::setStage2Seed);
                run.seeds().stage3().ifPresent(score::setStage3Seed);
                cell.addRuns(score);
            }
        }
        List<Double> scores =
                cell.getRunsList().stream().map(RunScore::getScore).toList();
        mean(scores).ifPresent(cell::setMean);
        sampleDeviation(scores).ifPresent(cell::setStd);
        return cell.build();
    }

    private List<Double> metric(List<Run> runs, String name) {
        return runs.stream()
                .flatMap(run -> Stream.ofNullable(evaluations.get(run.evaluation())))
                .filter(manifest -> manifest.containsMetrics(name))
                .map(manifest -> manifest.getMetricsOrThrow(name))
                .toList();
    }

    static Optional<Double> mean(List<Double> values) {
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(values.stream().mapToDouble(Double::doubleValue).sum() / values.size());
    }

    /** √(Σ (x − mean)² / (n − 1)); empty below two values. */
    static Optional<Double> sampleDeviation(List<Double> values) {
        if (values.size() < 2) {
            return Optional.empty();
        }
        double mean = mean(values).orElseThrow();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return Optional.of(Math.sqrt(squares / (values.size() - 1)));
    }

    private Protocol protocol() {
        return experiment.getProtocol() == Protocol.PROTOCOL_PAPER
                ? Protocol.PROTOCOL_PAPER
                : Protocol.PROTOCOL_HELDOUT;
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (protocol() == Protocol.PROTOCOL_PAPER) {
            notes.add("protocol paper: choices as in the original; a split that is scored here may have chosen a"
                    + " checkpoint");
        } else {
            notes.add("protocol heldout: no split that is scored here chose a checkpoint");
        }
        Stream.of(
                        selection("stage 1", experiment.getStage1()),
                        selection("stage 2", experiment.getStage2()),
                        selection("stage 3", experiment.getStage3()))
                .flatMap(Optional::stream)
                .forEach(notes::add);
        for (SplitSelection split : experiment.getEvaluateList()) {
            if (split.getMaxQuestions() > 0) {
                notes.add(
                        split.getName() + ": only the first " + split.getMaxQuestions() + " questions by question id");
            }
        }
        return notes;
    }

    private static Optional<String> selection(String stage, StageSettings settings) {
        return settings.hasSelectionSplit()
                ? Optional.of(stage + ": checkpoint chosen on " + settings.getSelectionSplit())
                : Optional.empty();
    }

    private static String accuracy(String column) {
        return "accuracy/" + column;
    }
}
