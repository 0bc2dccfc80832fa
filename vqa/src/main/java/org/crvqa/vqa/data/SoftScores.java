package org.crvqa.vqa.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An example's scored answers in the order in which annotators named them first.
 *
 * @param answers labels of candidate answers
 * @param counts how many annotators gave each, cut at {@link #ENOUGH_ANNOTATORS}, from which on more make no difference
 */
record SoftScores(int[] answers, byte[] counts) {
    private static final int ENOUGH_ANNOTATORS = 3;

    static SoftScores of(List<String> given, AnswerCandidates candidates) {
        Map<Integer, Integer> named = new LinkedHashMap<>();
        for (String answer : given) {
            candidates.label(answer).ifPresent(label -> named.merge(label, 1, Integer::sum));
        }
        int[] answers = new int[named.size()];
        byte[] counts = new byte[named.size()];
        int next = 0;
        for (var answer : named.entrySet()) {
            answers[next] = answer.getKey();
            counts[next++] = (byte) Math.min(answer.getValue(), ENOUGH_ANNOTATORS);
        }
        return new SoftScores(answers, counts);
    }

    boolean isEmpty() {
        return answers.length == 0;
    }

    /** The scores min(n/3, 1), n the number of annotators who gave the answer. */
    float[] values() {
        float[] values = new float[counts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = counts[i] / (float) ENOUGH_ANNOTATORS;
        }
        return values;
    }

    /**
     * The first answer with the highest score; without any, a draw from [0, candidates) that (seed, question id) fix.
     */
    int label(int candidates, long seed, long questionId) {
        if (isEmpty()) {
            return (int) Long.remainderUnsigned(mix(mix(seed) ^ questionId), candidates);
        }
        int best = 0;
        for (int i = 1; i < answers.length; i++) {
            if (counts[i] > counts[best]) {
                best = i;
            }
        }
        return answers[best];
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014): spreads a counter's bits over 64. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
