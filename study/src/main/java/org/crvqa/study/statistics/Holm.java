package org.crvqa.study.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's step-down correction of p-values for how many tests were made. */
public final class Holm {
    private Holm() {}

    /** Adjusted p-values, in the order of those given: the chance of any false finding stays below what each says. */
    public static double[] adjust(double... pValues) {
        int[] order = IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[pValues.length];
        double most = 0;
        for (int rank = 0; rank < order.length; rank++) {
            most = Math.max(most, Math.min(1, (order.length - rank) * pValues[order[rank]]));
            adjusted[order[rank]] = most;
        }
        return adjusted;
    }
}
