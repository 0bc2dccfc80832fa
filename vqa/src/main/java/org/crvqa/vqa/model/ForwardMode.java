package org.crvqa.vqa.model;

/**
 * How a forward pass runs.
 *
 * @param training whether dropout acts
 * @param hiddenDropout probability after embeddings and in every output of a layer, in [0, 1)
 * @param attentionDropout probability on attention weights, in [0, 1)
 * @param precision of linear layers
 */
public record ForwardMode(boolean training, double hiddenDropout, double attentionDropout, Precision precision) {
    /** Without dropout, in 32-bit floats. */
    public static final ForwardMode EVALUATION = evaluation(Precision.FLOAT32);

    /** Without dropout. */
    public static ForwardMode evaluation(Precision precision) {
        return new ForwardMode(false, 0, 0, precision);
    }

    public ForwardMode {
        if (!(hiddenDropout >= 0 && hiddenDropout < 1 && attentionDropout >= 0 && attentionDropout < 1)) {
            throw new IllegalArgumentException(
                    "dropout " + hiddenDropout + " and " + attentionDropout + ", expected numbers in [0, 1)");
        }
    }
}
