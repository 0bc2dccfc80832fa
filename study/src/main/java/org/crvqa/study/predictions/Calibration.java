package org.crvqa.study.predictions;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the probabilities of first answers can be believed: questions by equal-width bins of the probability, with what
 * their answers are worth. A bin holds what is above its lower end and at most its upper one; 0 is in the first.
 *
 * @param bins all of them, by ascending probability
 * @param questions in all bins together
 * @param error expected calibration error: the mean over questions of the distance between their bin's mean probability
 *     and its mean accuracy; 0 without questions
 */
public record Calibration(List<Bin> bins, int questions, double error) {
    /** As most papers have it. */
    public static final int BINS = 15;

    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * The questions of one bin.
     *
     * @param low lower end
     * @param high upper end
     * @param questions how many
     * @param confidence mean probability of their first answers; 0 without questions
     * @param accuracy mean VQA accuracy of these; 0 without questions
     */
    public record Bin(double low, double high, int questions, double confidence, double accuracy) {}

    /**
     * Of questions with these probabilities of their first answers.
     *
     * @param confidences in [0, 1]
     * @param accuracies of the same answers, in [0, 1]
     * @param bins at least 1
     */
    public static Calibration of(double[] confidences, double[] accuracies, int bins) {
        if (confidences.length != accuracies.length || bins < 1) {
            throw new IllegalArgumentException(
                    confidences.length + " confidences, " + accuracies.length + " accuracies, " + bins + " bins");
        }
        int[] counts = new int[bins];
        double[] confidence = new double[bins];
        double[] accuracy = new double[bins];
        for (int i = 0; i < confidences.length; i++) {
            int bin = bin(share(confidences[i]), bins);
            counts[bin]++;
            confidence[bin] += confidences[i];
            accuracy[bin] += share(accuracies[i]);
        }
        List<Bin> found = new ArrayList<>();
        double distance = 0;
        for (int i = 0; i < bins; i++) {
            distance += Math.abs(confidence[i] - accuracy[i]);
            int divisor = Math.max(1, counts[i]);
            found.add(new Bin(
                    i / (double) bins,
                    (i + 1) / (double) bins,
                    counts[i],
                    confidence[i] / divisor,
                    accuracy[i] / divisor));
        }
        return new Calibration(found, confidences.length, distance / Math.max(1, confidences.length));
    }

    /** Mean accuracy; 0 without questions. */
    public double accuracy() {
        return mean(bins.stream()
                .mapToDouble(bin -> bin.accuracy() * bin.questions())
                .sum());
    }

    /** Mean probability of the first answers; 0 without questions. */
    public double confidence() {
        return mean(bins.stream()
                .mapToDouble(bin -> bin.confidence() * bin.questions())
                .sum());
    }

    private double mean(double sum) {
        return sum / Math.max(1, questions);
    }

    private static double share(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(value + " is not in [0, 1]");
        }
        return value;
    }

    private static int bin(double confidence, int bins) {
        int bin = Math.max(0, (int) Math.ceil(confidence * bins) - 1);
        // The product is rounded: what stands at an end belongs to the bin below it.
        if (bin > 0 && confidence <= bin / (double) bins) {
            return bin - 1;
        }
        return bin < bins - 1 && confidence > (bin + 1) / (double) bins ? bin + 1 : bin;
    }
}
