package org.crvqa.it;

import org.crvqa.vqa.sample.SampleOptions;

/** Small data and short experiments. */
public final class Samples {
    /** Seconds to generate and import. */
    public static final SampleOptions SMALL = SampleOptions.of(1, 4000, 3000, 1000);

    private static final String TEMPLATE = """
            name: %s
            dataset: %s
            protocol: heldout
            models:
              - name: tiny
                weights: per_seed
            text:
              max_tokens: %d
            stage1_losses: [lmh]
            subnetworks:
              - method: mask_training
                losses: [lmh]
                sparsities: [0.7]
            seeds: [%s]
            stage1: {batch_size: 64, steps: %d, learning_rate: 1e-3, optimizer: adamw, head_bias: training_prior,
                     dropout_hidden: 0, dropout_attention: 0, dropout_head: 0}
            stage2: {batch_size: 64, steps: %d, learning_rate: 5e-4, optimizer: adamw, threshold_every_steps: 10,
                     dropout_hidden: 0, dropout_attention: 0, dropout_head: 0}
            evaluate:
              - name: iid
                max_questions: 500
            """;

    private Samples() {}

    /** Four tasks on the sample. */
    static String shortExperiment(String name) {
        return TEMPLATE.formatted(name, "sample", 9, "0", 30, 20);
    }

    /** The same on real questions, a row for each of the two models. */
    static String realTextExperiment() {
        return TEMPLATE.formatted("real", "real", 12, "0", 100, 50);
    }
}
