package org.crvqa.study.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.coordinator.v1.SubsetFamily;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.study.plan.Cell;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.Precisions;
import org.crvqa.study.plan.Run;
import org.crvqa.study.spec.EnumNames;

/** Groups the scores of an experiment's evaluations by everything but the seeds. */
public final class Reports {
    /** With its key one takes about a hundred bytes; a reply of gRPC has 4 MiB unless its receiver allows more. */
    static final int MOST_RUN_SCORES = 30_000;

    private static final String ZEROS = "zeros/";
    private static final String ALL_ZEROS = ZEROS + "all";

    private final Experiment experiment;
    private final Plan plan;
    private final Optional<Manifest> dataset;
    private final Map<ArtifactKey, Manifest> evaluations;

    private Reports(
            Experiment experiment, Plan plan, Optional<Manifest> dataset, Map<ArtifactKey, Manifest> evaluations) {
        this.experiment = experiment;
        this.plan = plan;
        this.dataset = dataset;
        this.evaluations = evaluations;
    }

    /**
     * Reads the dataset and the evaluations that exist through {@code manifests} and makes the table.
     *
     * @param byQuestionType also by question type: means and deviations, without keys of artifacts
     */
    public static Report make(
            String id,
            Experiment experiment,
            Plan plan,
            boolean byQuestionType,
            Function<ArtifactKey, Optional<Manifest>> manifests) {
        Map<ArtifactKey, Manifest> evaluations = new LinkedHashMap<>();
        for (Run run : plan.runs()) {
            manifests.apply(run.evaluation()).ifPresent(manifest -> evaluations.put(run.evaluation(), manifest));
        }
        Optional<Manifest> dataset = plan.tasks().stream()
                .filter(task -> task.spec().hasTrain())
                .findFirst()
                .map(task -> new ArtifactKey(task.spec().getTrain().getDatasetKey()))
                .flatMap(manifests);
        return new Reports(experiment, plan, dataset, evaluations).make(id, byQuestionType);
    }

    private Report make(String id, boolean byQuestionType) {
        ReportColumns sets = new ReportColumns(
                experiment,
                dataset.map(Manifest::getDataset).orElse(DatasetSummary.getDefaultInstance()),
                evaluations.values());
        List<String> columns = sets.columns();
        Map<Cell, List<Run>> cells =
                plan.runs().stream().collect(Collectors.groupingBy(Run::cell, LinkedHashMap::new, Collectors.toList()));
        Report.Builder report = Report.newBuilder()
                .setExperimentId(id)
                .setProtocol(protocol())
                .setDataset(experiment.getDataset())
                .addAllColumns(columns)
                .addAllColumnQuestions(columns.stream().map(this::questions).toList())
                .setComplete(plan.runs().stream().map(Run::evaluation).allMatch(evaluations::containsKey))
                .addAllNotes(ReportNotes.of(experiment, plan, dataset));
        sets.families()
                .forEach(family -> report.addFamilies(
                        SubsetFamily.newBuilder().setName(family.label()).addAllSubsets(family.members())));
        cells.forEach((cell, runs) -> report.addRows(row(cell, runs, columns)));
        if (byQuestionType) {
            List<String> types = sets.questionTypes();
            types.stream()
                    .map(type -> type.replaceFirst("/question_type/", "/"))
                    .forEach(report::addQuestionTypeColumns);
            types.stream().map(this::questions).forEach(report::addQuestionTypeQuestions);
            cells.forEach((cell, runs) -> report.addQuestionTypeRows(withoutKeys(row(cell, runs, types))));
        }
        if (runScores(report.getRowsList()) + runScores(report.getQuestionTypeRowsList()) > MOST_RUN_SCORES) {
            report.setRunScoresOmitted(true);
            report.getRowsBuilderList().forEach(Reports::clearRuns);
            report.getQuestionTypeRowsBuilderList().forEach(Reports::clearRuns);
        }
        return report.build();
    }

    /** Of a column: the same in every evaluation. */
    private long questions(String column) {
        return evaluations.values().stream()
                .mapToLong(manifest -> ReportColumns.questions(column, manifest))
                .filter(questions -> questions > 0)
                .findFirst()
                .orElse(0);
    }

    private static long runScores(List<ReportRow> rows) {
        return rows.stream()
                .flatMap(row -> row.getCellsList().stream())
                .mapToLong(ReportCell::getRunsCount)
                .sum();
    }

    private static void clearRuns(ReportRow.Builder row) {
        row.getCellsBuilderList().forEach(ReportCell.Builder::clearRuns);
    }

    /** There are as many cells as question types: the keys, which the overall rows have too, would fill the reply. */
    private static ReportRow withoutKeys(ReportRow row) {
        ReportRow.Builder light = row.toBuilder();
        light.getCellsBuilderList()
                .forEach(cell -> cell.clearVariance().getRunsBuilderList().forEach(RunScore.Builder::clearKey));
        return light.build();
    }

    private ReportRow row(Cell cell, List<Run> runs, List<String> columns) {
        ReportRow.Builder row = ReportRow.newBuilder()
                .setModel(cell.model())
                .setStage1Loss(EnumNames.of(cell.stage1Loss()))
                .setName(runs.get(0).name());
        cell.search().ifPresent(search -> {
            row.setMethod(EnumNames.of(search.method()));
            search.loss().map(EnumNames::of).ifPresent(row::setStage2Loss);
            search.uniformSparsity().ifPresent(row::setSparsity);
            mean(metric(runs, ALL_ZEROS)).ifPresent(row::setZeros);
            modalities(runs)
                    .forEach(name ->
                            mean(metric(runs, ZEROS + name)).ifPresent(zeros -> row.putModalityZeros(name, zeros)));
        });
        mean(metric(runs, "parameters/kept")).ifPresent(row::setKeptParameters);
        cell.stage3Loss().map(EnumNames::of).ifPresent(row::setStage3Loss);
        precisions(cell.precisions(), row);
        columns.forEach(column -> row.addCells(cell(runs, column)));
        return row.build();
    }

    private static void precisions(Precisions precisions, ReportRow.Builder row) {
        row.setStage1Precision(Precisions.word(precisions.stage1()));
        precisions.stage2().map(Precisions::word).ifPresent(row::setStage2Precision);
        precisions.stage3().map(Precisions::word).ifPresent(row::setStage3Precision);
        row.setEvaluatePrecision(Precisions.word(precisions.evaluation()));
    }

    private ReportCell cell(List<Run> runs, String column) {
        ReportCell.Builder cell = ReportCell.newBuilder().setExpectedRuns(runs.size());
        for (Run run : runs) {
            Manifest manifest = evaluations.get(run.evaluation());
            if (manifest != null && manifest.containsMetrics(ReportColumns.metric(column))) {
                RunScore.Builder score = RunScore.newBuilder()
                        .setSeed(run.seeds().stage1())
                        .setScore(manifest.getMetricsOrThrow(ReportColumns.metric(column)))
                        .setKey(run.evaluation().hex());
                run.seeds().stage2().ifPresent(score::setStage2Seed);
                run.seeds().stage3().ifPresent(score::setStage3Seed);
                cell.addRuns(score);
            }
        }
        List<Double> scores =
                cell.getRunsList().stream().map(RunScore::getScore).toList();
        cell.setScoredRuns(scores.size());
        mean(scores).ifPresent(cell::setMean);
        sampleDeviation(scores).ifPresent(cell::setStd);
        if (experiment.hasStageSeeds() && cell.getRunsCount() == runs.size()) {
            SeedVariance.of(cell.getRunsList(), experiment.getStageSeeds()).ifPresent(cell::setVariance);
        }
        return cell.build();
    }

    /** For which modalities the stored masks were counted. */
    private Set<String> modalities(List<Run> runs) {
        return runs.stream()
                .flatMap(run -> Stream.ofNullable(evaluations.get(run.evaluation())))
                .flatMap(manifest -> manifest.getMetricsMap().keySet().stream())
                .filter(name -> name.startsWith(ZEROS) && !name.equals(ALL_ZEROS))
                .map(name -> name.substring(ZEROS.length()))
                .collect(Collectors.toCollection(TreeSet::new));
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
}
