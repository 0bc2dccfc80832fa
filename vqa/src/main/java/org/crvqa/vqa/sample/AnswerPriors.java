package org.crvqa.vqa.sample;

import java.util.EnumMap;
import java.util.Map;

/**
 * How often each answer is drawn: for every kind of question geometric in a random rank order, and in the reverse order
 * for the test split, so that a prior learned from training misleads there.
 */
final class AnswerPriors {
    private final Map<QuestionKind, double[]> training = new EnumMap<>(QuestionKind.class);
    private final Map<QuestionKind, double[]> reversed = new EnumMap<>(QuestionKind.class);

    AnswerPriors(Draws draws, double skew) {
        for (QuestionKind kind : QuestionKind.values()) {
            int count = kind.attribute().answers().size();
            int[] order = draws.permutation(count);
            double[] forward = new double[count];
            double[] backward = new double[count];
            for (int rank = 0; rank < count; rank++) {
                forward[order[rank]] = StrictMath.pow(ratio(count), skew * rank);
                backward[order[rank]] = StrictMath.pow(ratio(count), skew * (count - 1 - rank));
            }
            training.put(kind, forward);
            reversed.put(kind, backward);
        }
    }

    /** Weights of the answers to a kind of question. */
    double[] of(QuestionKind kind, boolean test) {
        return (test ? reversed : training).get(kind);
    }

    /** Of the frequencies of successive ranks; smaller where there are fewer answers. */
    private static double ratio(int answers) {
        return switch (answers) {
            case 2 -> .3;
            case 4 -> .45;
            case 5 -> .5;
            case 8 -> .65;
            default -> throw new IllegalArgumentException("No ratio for " + answers + " answers");
        };
    }
}
