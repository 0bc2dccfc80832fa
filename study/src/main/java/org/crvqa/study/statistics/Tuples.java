package org.crvqa.study.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Questions with equal values, counted together: VQA accuracies are few, so of hundreds of thousands of questions some
 * hundred are distinct. Values are rounded to six digits, which joins what differs by the rounding of {@code float}.
 */
final class Tuples {
    private static final double DIGITS = 1e6;

    private final List<long[]> values = new ArrayList<>();
    private final long[] counts;
    /** Greatest common divisor of all values. */
    private final long unit;

    /** @param columns for each seed a value of each question */
    Tuples(List<double[]> columns) {
        Map<Key, long[]> found = new HashMap<>();
        int questions = columns.get(0).length;
        for (int question = 0; question < questions; question++) {
            long[] tuple = new long[columns.size()];
            for (int i = 0; i < tuple.length; i++) {
                tuple[i] = Math.round(columns.get(i)[question] * DIGITS);
            }
            found.computeIfAbsent(new Key(tuple), key -> new long[1])[0]++;
        }
        // In an order that hashing does not decide: the draws, and so the results, are the same on every machine.
        List<Key> keys = new ArrayList<>(found.keySet());
        keys.sort((a, b) -> Arrays.compare(a.tuple(), b.tuple()));
        long divisor =
                keys.stream().flatMapToLong(key -> Arrays.stream(key.tuple())).reduce(0, Tuples::divisor);
        unit = Math.max(1, divisor);
        counts = new long[keys.size()];
        for (int i = 0; i < counts.length; i++) {
            values.add(keys.get(i).tuple());
            counts[i] = found.get(keys.get(i))[0];
        }
    }

    /**
     * Draws from the questions' means over the seeds.
     *
     * @param weights of each seed, whole, so that equal means are equal numbers
     * @param sum by which the weighted sum is divided
     */
    Multinomial weighted(int[] weights, int sum, UniformRandomProvider random) {
        Map<Long, long[]> joined = new HashMap<>();
        for (int i = 0; i < counts.length; i++) {
            long value = 0;
            long[] tuple = values.get(i);
            for (int seed = 0; seed < weights.length; seed++) {
                value += weights[seed] * tuple[seed];
            }
            // Divided, so that the numbers hash well: as multiples of a round number their low bits are all the same.
            joined.computeIfAbsent(value / unit, each -> new long[1])[0] += counts[i];
        }
        long[] means =
                joined.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        return new Multinomial(
                random,
                Arrays.stream(means)
                        .mapToDouble(mean -> mean * unit / (sum * DIGITS))
                        .toArray(),
                Arrays.stream(means).map(mean -> joined.get(mean)[0]).toArray());
    }

    private static long divisor(long a, long b) {
        return b == 0 ? Math.abs(a) : divisor(b, a % b);
    }

    private record Key(long[] tuple) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(tuple, key.tuple);
        }

        @Override
        public int hashCode() {
            // Values are multiples of round numbers: their low bits, which Arrays.hashCode leads to, are all the same.
            long hash = 1;
            for (long value : tuple) {
                hash = (hash + value) * 0x9e3779b97f4a7c15L;
                hash ^= hash >>> 32;
            }
            return (int) (hash >>> 16);
        }
    }
}
