package org.crvqa.vqa.model;

/** Ranges of configuration keys. Every method throws {@link IllegalArgumentException} that names the key. */
final class ConfigChecks {
    /** Far beyond any model; without a limit a wrong number makes names of parameters until memory is full. */
    private static final int MOST_LAYERS = 1000;

    /** A tensor's memory is seen through a Java buffer of bytes, which holds less than 2 GiB. */
    private static final long MOST_VALUES = Integer.MAX_VALUE / Float.BYTES;

    private ConfigChecks() {}

    static void positive(String key, int value) {
        require(value > 0, key + " is " + value + ", expected at least 1");
    }

    static void layers(String key, int value) {
        require(value > 0 && value <= MOST_LAYERS, key + " is " + value + ", expected a number in 1.." + MOST_LAYERS);
    }

    static void matrix(String key, int rows, int hiddenSize) {
        require(
                (long) rows * hiddenSize <= MOST_VALUES,
                key + " " + rows + " times hidden_size " + hiddenSize + " is too large for a matrix, expected at most "
                        + MOST_VALUES);
    }

    static void heads(int hiddenSize, int attentionHeads) {
        require(
                hiddenSize % attentionHeads == 0,
                "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + attentionHeads);
    }

    static void initializerRange(double value) {
        require(
                Double.isFinite(value) && value >= 0,
                "initializer_range is " + value + ", expected a number of at least 0");
    }

    static void probability(String key, double value) {
        require(value >= 0 && value < 1, key + " is " + value + ", expected a number in [0, 1)");
    }

    static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
