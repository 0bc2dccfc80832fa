package org.crvqa.vqa.sample;

import java.util.Random;

/** Random draws. {@link Random} is specified to the bit, so a seed gives the same data set on every Java. */
final class Draws {
    private final Random random;

    Draws(long seed) {
        random = new Random(seed);
    }

    /** Uniform in [0, bound). */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** An index with a chance proportional to its weight. */
    int weighted(double[] weights) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double left = random.nextDouble() * total;
        for (int i = 0; i < weights.length - 1; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    double normal(double mean, double deviation) {
        return mean + deviation * random.nextGaussian();
    }

    double uniform(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** The numbers 0 to count - 1 in random order (Fisher and Yates). */
    int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
