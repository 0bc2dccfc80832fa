package org.crvqa.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.crvqa.study.predictions.Predictions;

/**
 * VQA accuracies of one row of a report on one split, question by question.
 *
 * @param questions identifiers, ascending and distinct
 * @param seeds names of the seeds, distinct
 * @param accuracies for each seed, in [0, 1], in the order of the questions
 */
public record RowScores(long[] questions, List<String> seeds, List<float[]> accuracies) {
    /** From which accuracy on an answer counts as right where a test needs right and wrong. */
    public static final double RIGHT = Predictions.RIGHT;

    public RowScores {
        seeds = List.copyOf(seeds);
        accuracies = List.copyOf(accuracies);
        if (seeds.isEmpty() || seeds.size() != accuracies.size() || questions.length == 0) {
            throw new IllegalArgumentException(
                    seeds.size() + " seeds, " + accuracies.size() + " columns, " + questions.length + " questions");
        }
        for (float[] column : accuracies) {
            if (column.length != questions.length) {
                throw new IllegalArgumentException(column.length + " accuracies of " + questions.length + " questions");
            }
        }
    }

    /** The same with the questions in ascending order. @throws IllegalArgumentException when one occurs twice */
    public static RowScores sorted(long[] questions, List<String> seeds, List<float[]> accuracies) {
        boolean ascending = true;
        for (int i = 1; i < questions.length; i++) {
            ascending &= Long.compareUnsigned(questions[i - 1], questions[i]) < 0;
        }
        if (ascending) {
            return new RowScores(questions, seeds, accuracies);
        }
        Integer[] order = new Integer[questions.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compareUnsigned(questions[a], questions[b]));
        long[] ids = new long[questions.length];
        for (int i = 0; i < order.length; i++) {
            ids[i] = questions[order[i]];
            if (i > 0 && ids[i] == ids[i - 1]) {
                throw new IllegalArgumentException("question " + Long.toUnsignedString(ids[i]) + " was answered twice");
            }
        }
        List<float[]> columns = new ArrayList<>();
        for (float[] accuracy : accuracies) {
            float[] column = new float[order.length];
            for (int i = 0; i < order.length; i++) {
                column[i] = accuracy[order[i]];
            }
            columns.add(column);
        }
        return new RowScores(ids, seeds, columns);
    }

    /** Mean over questions and seeds. */
    public double mean() {
        double sum = 0;
        for (float[] column : accuracies) {
            for (float accuracy : column) {
                sum += accuracy;
            }
        }
        return sum / ((double) questions.length * seeds.size());
    }

    /** Of a question: the mean over the seeds. */
    double mean(int question) {
        double sum = 0;
        for (float[] column : accuracies) {
            sum += column[question];
        }
        return sum / seeds.size();
    }

    /** Whether both answered the same questions. */
    public boolean sameQuestions(RowScores other) {
        return Arrays.equals(questions, other.questions);
    }

    /** Whether both have the same seeds, in the same order. */
    public boolean sameSeeds(RowScores other) {
        return seeds.equals(other.seeds);
    }
}
