package org.crvqa.vqa.score;

import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up VQA accuracy over the questions of a split: of an answer that n of the ten annotators gave, min(n/3, 1);
 * overall and by answer type, with the upper bound that the candidate answers allow. Not thread-safe.
 */
public final class AccuracyCounter {
    private final Map<String, Mean> byType = new TreeMap<>();
    private final Mean all = new Mean();
    private final Mean best = new Mean();

    /**
     * Counts one question.
     *
     * @param answerType "yes/no", "number" or "other"
     * @param score accuracy of the answer that was predicted, in [0, 1]
     * @param bestScore accuracy of the best candidate answer
     */
    public void add(String answerType, double score, double bestScore) {
        all.add(score);
        best.add(bestScore);
        byType.computeIfAbsent(answerType, type -> new Mean()).add(score);
    }

    /** Accuracy over all questions so far; 0 when there are none. */
    public double accuracy() {
        return all.value();
    }

    /**
     * The metrics of the split: {@code accuracy/<split>/all}, one for each answer type that occurs, and
     * {@code accuracy/<split>/upper_bound}; fractions in [0, 1].
     */
    public Map<String, Double> metrics(String split) {
        Map<String, Double> metrics = new TreeMap<>();
        String prefix = "accuracy/" + split + "/";
        metrics.put(prefix + "all", all.value());
        metrics.put(prefix + "upper_bound", best.value());
        byType.forEach((type, mean) -> metrics.put(prefix + type, mean.value()));
        return metrics;
    }

    /** A mean in the making. */
    private static final class Mean {
        private double sum;
        private long count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return count == 0 ? 0 : sum / count;
        }
    }
}
