package org.crvqa.vqa.model;

import static org.crvqa.vqa.model.ConfigChecks.layers;
import static org.crvqa.vqa.model.ConfigChecks.matrix;
import static org.crvqa.vqa.model.ConfigChecks.positive;
import static org.crvqa.vqa.model.ConfigChecks.probability;
import static org.crvqa.vqa.model.ConfigChecks.require;

import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.vqa.tensor.Torch;

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
        ConfigChecks.heads(hiddenSize, attentionHeads);
        matrix("vocab_size", vocabSize, hiddenSize);
        matrix("hidden_size", hiddenSize, hiddenSize);
        matrix("intermediate_size", intermediateSize, hiddenSize);
        matrix("max_position_embeddings", maxPositions, hiddenSize);
        matrix("type_vocab_size", tokenTypes, hiddenSize);
        matrix("visual_feat_dim", featureSize, hiddenSize);
        probability("hidden_dropout_prob", hiddenDropout);
        probability("attention_probs_dropout_prob", attentionDropout);
        ConfigChecks.initializerRange(initializerRange);
    }

    /** As {@link ModelConfig#parse}, of LXMERT. */
    static LxmertConfig read(ConfigJson config) {
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
                    config.sourceName() + ": " + e.getMessage(), "Correct the key in the model's config.json.", e);
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
    public Map<String, Integer> paddingRows() {
        return LxmertParameters.paddingRows();
    }

    @Override
    public double pooledDropout(double hiddenDropout) {
        return 0;
    }

    @Override
    public Set<String> unused() {
        return LxmertParameters.unused(this);
    }

    @Override
    public Encoder encoder(Torch torch) {
        return new Lxmert(torch, this);
    }
}
