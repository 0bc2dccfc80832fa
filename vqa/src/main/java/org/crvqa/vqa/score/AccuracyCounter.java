package org.crvqa.vqa.score;

import java.util.Map;
import java.util.TreeMap;
import org.crvqa.artifacts.AccuracyMetric;

/**
 * Adds up VQA accuracy over a set of questions: of an answer that n of the ten annotators gave, min(n/3, 1); overall, by
 * answer type and by question type, with the upper bound that the candidate answers allow. Not thread-safe.
 */
final class AccuracyCounter {
    private final Map<String, Mean> byAnswerType = new TreeMap<>();
    private final Map<String, Mean> byQuestionType = new TreeMap<>();
    private final Mean all = new Mean();
    private final Mean best = new Mean();

    /**
     * Counts one question.
     *
     * @param answerType "yes/no", "number" or "other"
     * @param questionType such as "how many"
     * @param score accuracy of the answer that was predicted, in [0, 1]
     * @param bestScore accuracy of the best candidate answer
     */
    void add(String answerType, String questionType, double score, double bestScore) {
        all.add(score);
        best.add(bestScore);
        byAnswerType.computeIfAbsent(answerType, type -> new Mean()).add(score);
        byQuestionType.computeIfAbsent(questionType, type -> new Mean()).add(score);
    }

    boolean isEmpty() {
        return all.count == 0;
    }

    /** Accuracy over all questions so far; 0 when there are none. */
    double accuracy() {
        return all.value();
    }

    /**
     * Of the set of this name: {@code accuracy/<set>/all}, one for each answer type that occurs, and
     * {@code accuracy/<set>/upper_bound}; fractions in [0, 1]. With each, as {@code questions/<set>/...}, of how many
     * questions it is.
     */
    Map<String, Double> metrics(String set) {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put(AccuracyMetric.name(set, AccuracyMetric.ALL), all.value());
        metrics.put(AccuracyMetric.name(set, AccuracyMetric.UPPER_BOUND), best.value());
        metrics.put(AccuracyMetric.questions(set, AccuracyMetric.ALL), (double) all.count);
        metrics.put(AccuracyMetric.questions(set, AccuracyMetric.UPPER_BOUND), (double) best.count);
        byAnswerType.forEach((type, mean) -> {
            metrics.put(AccuracyMetric.name(set, type), mean.value());
            metrics.put(AccuracyMetric.questions(set, type), (double) mean.count);
        });
        return metrics;
    }

    /** How many question types occur. */
    int questionTypes() {
        return byQuestionType.size();
    }

    /**
     * For each question type that occurs {@code accuracy/<set>/question_type/<type>} and, as
     * {@code questions/<set>/question_type/<type>}, of how many questions that is.
     */
    Map<String, Double> questionTypeMetrics(String set) {
        Map<String, Double> metrics = new TreeMap<>();
        byQuestionType.forEach((type, mean) -> {
            metrics.put(AccuracyMetric.name(set, AccuracyMetric.questionType(type)), mean.value());
            metrics.put(AccuracyMetric.questionsOfType(set, type), (double) mean.count);
        });
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
