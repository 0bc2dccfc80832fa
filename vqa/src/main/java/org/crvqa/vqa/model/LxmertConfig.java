package org.crvqa.vqa.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.ModelArchitecture;

/**
 * The keys of a Hugging Face {@code config.json} that decide LXMERT's shape and computation.
 *
 * @param vocabSize word pieces
 * @param hiddenSize width of the hidden states; a multiple of {@code attentionHeads}
 * @param attentionHeads heads of every attention
 * @param intermediateSize width inside the feed-forward sub-layers
 * @param hiddenDropout probability after embeddings and in every output of a layer
 * @param attentionDropout probability on attention weights
 * @param maxPositions longest question in word pieces
 * @param tokenTypes rows of the token type table
 * @param initializerRange standard deviation of randomly drawn weights
 * @param languageLayers {@code l_layers}
 * @param crossLayers {@code x_layers}
 * @param visionLayers {@code r_layers}
 * @param featureSize numbers per region feature
 * @param boxSize numbers per box; always 4
 */
public record LxmertConfig(
        int vocabSize,
        int hiddenSize,
        int attentionHeads,
        int intermediateSize,
        double hiddenDropout,
        double attentionDropout,
        int maxPositions,
        int tokenTypes,
        double initializerRange,
        int languageLayers,
        int crossLayers,
        int visionLayers,
        int featureSize,
        int boxSize)
        implements ModelConfig {
    /** Far beyond any LXMERT; without a limit a wrong number makes names of parameters until memory is full. */
    private static final int MOST_LAYERS = 1000;

    /** A tensor's memory is seen through a Java buffer of bytes, which holds less than 2 GiB. */
    private static final long MOST_VALUES = Integer.MAX_VALUE / Float.BYTES;

    /** @throws IllegalArgumentException when a value is out of its range; the message names the key */
    public LxmertConfig {
        positive("vocab_size", vocabSize);
        positive("hidden_size", hiddenSize);
        positive("num_attention_heads", attentionHeads);
        positive("intermediate_size", intermediateSize);
        positive("max_position_embeddings", maxPositions);
        positive("type_vocab_size", tokenTypes);
        layers("l_layers", languageLayers);
        layers("x_layers", crossLayers);
        layers("r_layers", visionLayers);
        positive("visual_feat_dim", featureSize);
        require(boxSize == 4, "visual_pos_dim is " + boxSize + ", expected 4: a box is x1, y1, x2, y2");
        require(
                hiddenSize % attentionHeads == 0,
                "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + attentionHeads);
        matrix("vocab_size", vocabSize, hiddenSize);
        matrix("hidden_size", hiddenSize, hiddenSize);
        matrix("intermediate_size", intermediateSize, hiddenSize);
        matrix("max_position_embeddings", maxPositions, hiddenSize);
        matrix("type_vocab_size", tokenTypes, hiddenSize);
        matrix("visual_feat_dim", featureSize, hiddenSize);
        probability("hidden_dropout_prob", hiddenDropout);
        probability("attention_probs_dropout_prob", attentionDropout);
        require(
                Double.isFinite(initializerRange) && initializerRange >= 0,
                "initializer_range is " + initializerRange + ", expected a number of at least 0");
    }

    /**
     * Reads a {@code config.json}. Missing keys take Hugging Face's defaults, keys that play no part here are ignored.
     *
     * @param sourceName names the file in messages
     * @throws InvalidInputException when the text is not a JSON object, a key has the wrong type or range, or the model
     *     is not one that {@link Lxmert} computes
     */
    public static LxmertConfig parse(String json, String sourceName) {
        ConfigJson config = ConfigJson.parse(json, sourceName);
        config.requireText("model_type", "lxmert");
        config.requireText("hidden_act", "gelu");
        try {
            return new LxmertConfig(
                    config.integer("vocab_size", 30522),
                    config.integer("hidden_size", 768),
                    config.integer("num_attention_heads", 12),
                    config.integer("intermediate_size", 3072),
                    config.number("hidden_dropout_prob", 0.1),
                    config.number("attention_probs_dropout_prob", 0.1),
                    config.integer("max_position_embeddings", 512),
                    config.integer("type_vocab_size", 2),
                    config.number("initializer_range", 0.02),
                    config.integer("l_layers", 9),
                    config.integer("x_layers", 5),
                    config.integer("r_layers", 5),
                    config.integer("visual_feat_dim", 2048),
                    config.integer("visual_pos_dim", 4));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    sourceName + ": " + e.getMessage(), "Correct the key in the model's config.json.", e);
        }
    }

    @Override
    public ModelArchitecture architecture() {
        return ModelArchitecture.MODEL_ARCHITECTURE_LXMERT;
    }

    @Override
    public String prefix() {
        return "lxmert.";
    }

    @Override
    public Map<String, long[]> shapes() {
        return LxmertParameters.shapes(this);
    }

    @Override
    public Map<String, Modality> maskable() {
        return LxmertParameters.maskable(this);
    }

    @Override
    public List<String> paddedEmbeddings() {
        return LxmertParameters.paddedEmbeddings();
    }

    @Override
    public Set<String> unused() {
        return LxmertParameters.unused(this);
    }

    /** Width of one attention head. */
    public int headSize() {
        return hiddenSize / attentionHeads;
    }

    private static void positive(String key, int value) {
        require(value > 0, key + " is " + value + ", expected at least 1");
    }

    private static void layers(String key, int value) {
        require(value > 0 && value <= MOST_LAYERS, key + " is " + value + ", expected a number in 1.." + MOST_LAYERS);
    }

    private static void matrix(String key, int rows, int hiddenSize) {
        require(
                (long) rows * hiddenSize <= MOST_VALUES,
                key + " " + rows + " times hidden_size " + hiddenSize + " is too large for a matrix, expected at most "
                        + MOST_VALUES);
    }

    private static void probability(String key, double value) {
        require(value >= 0 && value < 1, key + " is " + value + ", expected a number in [0, 1)");
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
