package org.crvqa.vqa.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the answers to some questions are distributed, by soft scores as in the bias prior. Owned by one thread while it
 * is filled.
 */
public final class AnswerDistribution {
    private static final double BITS = 1 / Math.log(2);

    private final double[] scores;
    private long questions;
    private long labelled;

    AnswerDistribution(int answers) {
        scores = new double[answers];
    }

    void add(int[] answers, float[] values) {
        questions++;
        labelled += answers.length > 0 ? 1 : 0;
        for (int i = 0; i < answers.length; i++) {
            scores[answers[i]] += values[i];
        }
    }

    /** Adds the questions of another distribution over the same answers. */
    void add(AnswerDistribution other) {
        questions += other.questions;
        labelled += other.labelled;
        for (int answer = 0; answer < scores.length; answer++) {
            scores[answer] += other.scores[answer];
        }
    }

    /** Number of questions. */
    public long questions() {
        return questions;
    }

    /** Number of questions to which at least one candidate was given as answer. */
    public long labelled() {
        return labelled;
    }

    /** The bias prior of an answer: its mean soft score over all questions, those without label included; in [0, 1]. */
    public double prior(int answer) {
        return questions == 0 ? 0 : scores[answer] / questions;
    }

    /** The share of an answer in the sum of all soft scores, so that shares sum to 1; all 0 where nothing is labelled. */
    public double share(int answer) {
        double sum = sum();
        return sum == 0 ? 0 : scores[answer] / sum;
    }

    /** The answers with the largest shares, falling; ties by label. Without those that nobody gave. */
    public List<Integer> top(int count) {
        return IntStream.range(0, scores.length)
                .filter(answer -> scores[answer] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer answer) -> -scores[answer]))
                .limit(count)
                .toList();
    }

    /**
     * Total variation distance of the shares, half the sum of their absolute differences: the largest difference that
     * the probability of any set of answers has; in [0, 1].
     */
    public double totalVariation(AnswerDistribution other) {
        double mine = requireSum();
        double theirs = other.requireSum();
        double sum = 0;
        for (int answer = 0; answer < scores.length; answer++) {
            sum += Math.abs(scores[answer] / mine - other.scores[answer] / theirs);
        }
        return Math.min(1, sum / 2);
    }

    /**
     * Jensen-Shannon divergence of the shares in bits (Lin 1991): mean Kullback-Leibler divergence from their average;
     * in [0, 1], and finite where an answer occurs on one side only, unlike that of one from the other.
     */
    public double jensenShannon(AnswerDistribution other) {
        double mine = requireSum();
        double theirs = other.requireSum();
        double sum = 0;
        for (int answer = 0; answer < scores.length; answer++) {
            double p = scores[answer] / mine;
            double q = other.scores[answer] / theirs;
            double mean = (p + q) / 2;
            sum += (p > 0 ? p * Math.log(p / mean) : 0) + (q > 0 ? q * Math.log(q / mean) : 0);
        }
        return Math.min(1, Math.max(0, sum / 2 * BITS));
    }

    /** Whether there is anything to compare. */
    public boolean isLabelled() {
        return labelled > 0;
    }

    private double sum() {
        double sum = 0;
        for (double score : scores) {
            sum += score;
        }
        return sum;
    }

    private double requireSum() {
        double sum = sum();
        if (sum == 0) {
            throw new IllegalStateException("No question is labelled");
        }
        return sum;
    }
}
