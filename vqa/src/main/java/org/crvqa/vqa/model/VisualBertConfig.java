package org.crvqa.vqa.model;

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
 * The keys of a Hugging Face {@code config.json} that decide VisualBERT's shape and computation.
 *
 * @param vocabSize word pieces
 * @param hiddenSize width of the hidden states; a multiple of {@code attentionHeads}
 * @param attentionHeads heads of every attention
 * @param intermediateSize width inside the feed-forward sub-layers
 * @param hiddenDropout probability after embeddings, in every output of a layer and on the pooled state
 * @param attentionDropout probability on attention weights
 * @param maxPositions longest question in word pieces
 * @param tokenTypes rows of the token type tables; at least 2, since regions are of type 1
 * @param initializerRange standard deviation of randomly drawn weights
 * @param layers {@code num_hidden_layers}
 * @param featureSize numbers per region feature, {@code visual_embedding_dim}
 * @param normEpsilon {@code layer_norm_eps}
 * @param paddingIndex row of the word embeddings without gradient, {@code pad_token_id}; Hugging Face's default is 1,
 *     which is not the identifier of [PAD]
 */
public record VisualBertConfig(
        int vocabSize,
        int hiddenSize,
        int attentionHeads,
        int intermediateSize,
        double hiddenDropout,
        double attentionDropout,
        int maxPositions,
        int tokenTypes,
        double initializerRange,
        int layers,
        int featureSize,
        double normEpsilon,
        int paddingIndex)
        implements ModelConfig {
    /** @throws IllegalArgumentException when a value is out of its range; the message names the key */
    public VisualBertConfig {
        positive("vocab_size", vocabSize);
        positive("hidden_size", hiddenSize);
        positive("num_attention_heads", attentionHeads);
        positive("intermediate_size", intermediateSize);
        positive("max_position_embeddings", maxPositions);
        require(tokenTypes >= 2, "type_vocab_size is " + tokenTypes + ", expected at least 2: regions are of type 1");
        ConfigChecks.layers("num_hidden_layers", layers);
        positive("visual_embedding_dim", featureSize);
        ConfigChecks.heads(hiddenSize, attentionHeads);
        matrix("vocab_size", vocabSize, hiddenSize);
        matrix("hidden_size", hiddenSize, hiddenSize);
        matrix("intermediate_size", intermediateSize, hiddenSize);
        matrix("max_position_embeddings", maxPositions, hiddenSize);
        matrix("type_vocab_size", tokenTypes, hiddenSize);
        matrix("visual_embedding_dim", featureSize, hiddenSize);
        probability("hidden_dropout_prob", hiddenDropout);
        probability("attention_probs_dropout_prob", attentionDropout);
        ConfigChecks.initializerRange(initializerRange);
        require(
                normEpsilon > 0 && normEpsilon < 1,
                "layer_norm_eps is " + normEpsilon + ", expected a number in (0, 1)");
        require(
                paddingIndex >= 0 && paddingIndex < vocabSize,
                "pad_token_id is " + paddingIndex + ", expected a number in 0.." + (vocabSize - 1));
    }

    /** As {@link ModelConfig#parse}, of VisualBERT. */
    static VisualBertConfig read(ConfigJson config) {
        config.requireText("hidden_act", "gelu");
        if (config.flag("bypass_transformer", false)) {
            throw new InvalidInputException(
                    config.sourceName() + ": bypass_transformer: expected false, found true",
                    "Only VisualBERT whose regions go through all layers is supported.");
        }
        try {
            return new VisualBertConfig(
                    config.integer("vocab_size", 30522),
                    config.integer("hidden_size", 768),
                    config.integer("num_attention_heads", 12),
                    config.integer("intermediate_size", 3072),
                    config.number("hidden_dropout_prob", 0.1),
                    config.number("attention_probs_dropout_prob", 0.1),
                    config.integer("max_position_embeddings", 512),
                    config.integer("type_vocab_size", 2),
                    config.number("initializer_range", 0.02),
                    config.integer("num_hidden_layers", 12),
                    config.integer("visual_embedding_dim", 512),
                    config.number("layer_norm_eps", 1e-12),
                    config.integer("pad_token_id", 1));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    config.sourceName() + ": " + e.getMessage(), "Correct the key in the model's config.json.", e);
        }
    }

    @Override
    public ModelArchitecture architecture() {
        return ModelArchitecture.MODEL_ARCHITECTURE_VISUAL_BERT;
    }

    @Override
    public String prefix() {
        return "visual_bert.";
    }

    @Override
    public Encoder encoder(Torch torch) {
        return new VisualBert(torch, this);
    }

    @Override
    public double pooledDropout(double hiddenDropout) {
        return hiddenDropout;
    }

    @Override
    public Map<String, long[]> shapes() {
        return VisualBertParameters.shapes(this);
    }

    @Override
    public Map<String, Modality> maskable() {
        return VisualBertParameters.maskable(this);
    }

    @Override
    public Map<String, Integer> paddingRows() {
        return Map.of(VisualBertParameters.WORDS, paddingIndex);
    }

    @Override
    public Set<String> unused() {
        return Set.of();
    }
}
