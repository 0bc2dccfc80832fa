package org.crvqa.vqa.train;

import java.util.Arrays;

/**
 * Which examples each step sees: a function of the seed and the step alone, so that training can start at any step.
 *
 * <p>Each epoch is a permutation of all examples by Fisher and Yates' shuffle, drawn from {@link SplitMix64} of (seed,
 * epoch): for i from n-1 down to 1, swap i with a number in 0..i. Steps take consecutive pieces of one batch; what is
 * left at the end of an epoch and does not fill a batch is not used in that epoch, as in the reference implementation. A
 * set smaller than a batch is a batch. Not thread-safe.
 */
final class DataOrder {
    private final long seed;
    private final int examples;
    private final int batchSize;
    private final int batchesPerEpoch;
    private final int[] permutation;
    private long permutedEpoch = -1;

    DataOrder(long seed, int examples, int batchSize) {
        if (examples < 1 || batchSize < 1) {
            throw new IllegalArgumentException(examples + " examples, batches of " + batchSize);
        }
        this.seed = seed;
        this.examples = examples;
        this.batchSize = Math.min(batchSize, examples);
        this.batchesPerEpoch = examples / this.batchSize;
        this.permutation = new int[examples];
    }

    /** Examples in every batch. */
    int batchSize() {
        return batchSize;
    }

    /** Steps of an epoch. */
    int batchesPerEpoch() {
        return batchesPerEpoch;
    }

    /** The examples of a 0-based step. */
    int[] batch(long step) {
        long epoch = step / batchesPerEpoch;
        if (epoch != permutedEpoch) {
            permute(epoch);
        }
        int from = (int) (step % batchesPerEpoch) * batchSize;
        return Arrays.copyOfRange(permutation, from, from + batchSize);
    }

    private void permute(long epoch) {
        SplitMix64 random = SplitMix64.of(seed, epoch);
        Arrays.setAll(permutation, i -> i);
        for (int i = examples - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int swapped = permutation[i];
            permutation[i] = permutation[j];
            permutation[j] = swapped;
        }
        permutedEpoch = epoch;
    }
}
