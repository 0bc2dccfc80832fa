package org.crvqa.study.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SubsetSummary;
import org.crvqa.artifacts.AccuracyMetric;
import org.crvqa.artifacts.SubsetFamily;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.task.v1.SplitSelection;

/** What the columns of a report score. A column "test/all" stands for the metric "accuracy/test/all". */
final class ReportColumns {
    private static final List<String> PARTS =
            List.of(AccuracyMetric.ALL, "yes/no", "number", "other", AccuracyMetric.UPPER_BOUND);

    private final List<String> splits;
    private final List<String> subsets;
    private final Collection<Manifest> evaluations;

    ReportColumns(Experiment experiment, DatasetSummary dataset, Collection<Manifest> evaluations) {
        this.splits = experiment.getEvaluateList().stream()
                .map(SplitSelection::getName)
                .toList();
        this.subsets = dataset.getSubsetsList().stream()
                .filter(subset -> splits.contains(subset.getSplit()))
                .map(SubsetSummary::getName)
                .toList();
        this.evaluations = evaluations;
    }

    /** The metric of a column. */
    static String metric(String column) {
        return "accuracy/" + column;
    }

    /** How many questions of a column an evaluation answered; 0 where it does not tell. */
    static long questions(String column, Manifest evaluation) {
        String metric = "questions/" + column;
        if (evaluation.containsMetrics(metric)) {
            return Math.round(evaluation.getMetricsOrThrow(metric));
        }
        // Evaluations of earlier releases count questions by type only; each question has one.
        int slash = column.indexOf('/');
        String part = column.substring(slash + 1);
        if (!part.equals(AccuracyMetric.ALL) && !part.equals(AccuracyMetric.UPPER_BOUND)) {
            return 0;
        }
        String types = AccuracyMetric.questionsOfType(column.substring(0, slash), "");
        return Math.round(evaluation.getMetricsMap().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(types))
                .mapToDouble(Map.Entry::getValue)
                .sum());
    }

    /**
     * Every split with its answer types and upper bound, then subsets and families. What no evaluation has is left out once
     * there is one, the splits apart: an answer type that no question has, a subset outside the selected questions.
     */
    List<String> columns() {
        List<String> columns = new ArrayList<>();
        for (String split : splits) {
            PARTS.stream()
                    .map(part -> split + "/" + part)
                    .filter(column -> column.equals(split + "/" + AccuracyMetric.ALL) || occurs(column))
                    .forEach(columns::add);
        }
        Stream.concat(subsets.stream(), families().stream().map(SubsetFamily::label))
                .map(set -> set + "/" + AccuracyMetric.ALL)
                .filter(this::occurs)
                .forEach(columns::add);
        return columns;
    }

    /** Those whose members are all subsets of evaluated splits. */
    List<SubsetFamily> families() {
        return Stream.of(SubsetFamily.values())
                .filter(family -> subsets.containsAll(family.members()))
                .toList();
    }

    /** "split/question_type/how many" for every type that an evaluation has; split by split, types in order. */
    List<String> questionTypes() {
        List<String> columns = new ArrayList<>();
        for (String split : splits) {
            String prefix = metric(split + "/" + AccuracyMetric.questionType(""));
            Set<String> types = evaluations.stream()
                    .flatMap(manifest -> manifest.getMetricsMap().keySet().stream())
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
            types.forEach(type -> columns.add(split + "/" + AccuracyMetric.questionType(type)));
        }
        return columns;
    }

    private boolean occurs(String column) {
        return evaluations.isEmpty()
                || evaluations.stream().anyMatch(manifest -> manifest.containsMetrics(metric(column)));
    }
}
