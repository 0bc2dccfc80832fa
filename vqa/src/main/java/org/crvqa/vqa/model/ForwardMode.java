package org.crvqa.vqa.model;

/**
 * How a forward pass runs.
 *
 * @param training whether dropout acts
 * @param hiddenDropout probability after embeddings and in every output of a layer, in [0, 1)
 * @param attentionDropout probability on attention weights, in [0, 1)
 */
public record ForwardMode(boolean training, double hiddenDropout, double attentionDropout) {
    /** Without dropout. */
    public static final ForwardMode EVALUATION = new ForwardMode(false, 0, 0);

    public ForwardMode {
        if (!(hiddenDropout >= 0 && hiddenDropout < 1 && attentionDropout >= 0 && attentionDropout < 1)) {
            throw new IllegalArgumentException(
                    "dropout " + hiddenDropout + " and " + attentionDropout + ", expected numbers in [0, 1)");
        }
    }
}
