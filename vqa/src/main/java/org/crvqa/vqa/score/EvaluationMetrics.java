package org.crvqa.vqa.score;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.crvqa.artifacts.AccuracyMetric;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.SubsetFamily;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Subset;

/**
 * Gathers the metrics of an evaluation: of each split, overall, by answer type and by question type; of each subset of
 * such a split, overall and by answer type; and {@code accuracy/<family>/all} of each {@link SubsetFamily} all of whose
 * members were scored. Where only a part of a split was answered, its subsets are scored on the questions that both
 * have; a subset without any is left out, and so are its families. Not thread-safe.
 */
public final class EvaluationMetrics {
    /** Metrics stand in a manifest: with more question types than this they would swell it, and are left out. */
    static final int MOST_QUESTION_TYPES = 500;

    private final Dataset dataset;
    private final Map<String, Double> metrics = new TreeMap<>();

    /** @throws InvalidInputException when a split or subset is called as one of the families that the dataset has */
    public EvaluationMetrics(Dataset dataset) {
        this.dataset = dataset;
        Set<String> subsets = new HashSet<>();
        dataset.subsets().forEach(subset -> subsets.add(subset.name()));
        for (SubsetFamily family : SubsetFamily.values()) {
            String name = family.label();
            if (subsets.containsAll(family.members())
                    && (subsets.contains(name) || dataset.splitNames().contains(name))) {
                throw new InvalidInputException(
                        "The dataset has a split or subset " + name + ", and its subsets "
                                + String.join(", ", family.members()) + " have a mean of that name",
                        "Import the dataset with another name for it.");
            }
        }
    }

    /** Adds a split and its subsets. */
    public void add(String split, SplitScores scores) {
        AccuracyCounter counter = scores.count();
        metrics.putAll(counter.metrics(split));
        if (counter.questionTypes() <= MOST_QUESTION_TYPES) {
            metrics.putAll(counter.questionTypeMetrics(split));
        }
        for (Subset subset : dataset.subsets()) {
            if (subset.split().equals(split)) {
                AccuracyCounter members = scores.count(subset.examples());
                if (!members.isEmpty()) {
                    metrics.putAll(members.metrics(subset.name()));
                }
            }
        }
    }

    /** All metrics of what was added, families included; a new map. */
    public Map<String, Double> metrics() {
        Map<String, Double> all = new TreeMap<>(metrics);
        for (SubsetFamily family : SubsetFamily.values()) {
            List<Double> scores = family.members().stream()
                    .map(member -> AccuracyMetric.name(member, AccuracyMetric.ALL))
                    .filter(metrics::containsKey)
                    .map(metrics::get)
                    .toList();
            if (scores.size() == family.members().size()) {
                all.put(
                        AccuracyMetric.name(family.label(), AccuracyMetric.ALL),
                        scores.stream().mapToDouble(Double::doubleValue).sum() / scores.size());
            }
        }
        return all;
    }
}
