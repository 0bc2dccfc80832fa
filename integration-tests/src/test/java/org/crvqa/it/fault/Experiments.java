package org.crvqa.it.fault;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Experiments of seconds on the shared inputs. */
final class Experiments {
    private static final String TEMPLATE = """
            name: %s
            dataset: sample
            protocol: heldout
            models:
              - name: tiny
                weights: per_seed
            text:
              max_tokens: 9
            stage1_losses: [lmh]
            seeds: [%s]
            stage1: {batch_size: 64, steps: %d, learning_rate: %s, optimizer: adamw, head_bias: training_prior,
                     dropout_hidden: 0.1, dropout_attention: 0.1, dropout_head: 0.1}
            evaluate:
              - name: iid
                max_questions: 100
            """;
    private static final String SUBNETWORKS = """
            subnetworks:
              - method: mask_training
                losses: [lmh]
                sparsities: [0.7]
              - method: magnitude
                sparsities: [0.7]
            stage2: {batch_size: 64, steps: %d, learning_rate: 5e-4, optimizer: adamw, threshold_every_steps: 10,
                     dropout_hidden: 0, dropout_attention: 0, dropout_head: 0}
            """;

    private Experiments() {}

    /** For each seed a stage-1 model of so many steps and its evaluation. */
    static String dense(String name, int steps, int... seeds) {
        return dense(name, "1e-3", steps, seeds);
    }

    /** The same with another learning rate. */
    static String dense(String name, String learningRate, int steps, int... seeds) {
        return TEMPLATE.formatted(name, list(seeds), steps, learningRate);
    }

    /** The same with two subnetworks of each. */
    static String withSubnetworks(String name, int steps, int... seeds) {
        return dense(name, steps, seeds) + SUBNETWORKS.formatted(steps / 2);
    }

    private static String list(int[] seeds) {
        return Arrays.stream(seeds).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    }

    /** The numbers from {@code first} to {@code last}. */
    static int[] seeds(int first, int last) {
        return IntStream.rangeClosed(first, last).toArray();
    }
}
