package org.crvqa.vqa.model;

import java.util.Map;
import java.util.Set;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.ModelArchitecture;
import org.crvqa.vqa.tensor.Torch;

/**
 * The keys of a Hugging Face {@code config.json} that decide a model's parameters and computation, for the models that
 * this program knows. Whoever trains, prunes, scores or stores a model asks here and needs not know which it is.
 */
public sealed interface ModelConfig permits LxmertConfig, VisualBertConfig {
    /**
     * Reads a {@code config.json}; {@code model_type} says which model it is. Missing keys take Hugging Face's defaults,
     * keys that play no part here are ignored.
     *
     * @param sourceName names the file in messages
     * @throws InvalidInputException when the text is not a JSON object, a key has the wrong type or range, or the model
     *     is not one that this program computes
     */
    static ModelConfig parse(String json, String sourceName) {
        ConfigJson config = ConfigJson.parse(json, sourceName);
        String type = config.text("model_type", "lxmert");
        return switch (type) {
            case "lxmert" -> LxmertConfig.read(config);
            case "visual_bert" -> VisualBertConfig.read(config);
            default ->
                throw new InvalidInputException(
                        sourceName + ": model_type: expected \"lxmert\" or \"visual_bert\", found \"" + type + "\"",
                        "Give the config.json of a Hugging Face LXMERT or VisualBERT model.");
        };
    }

    /** Which model. */
    ModelArchitecture architecture();

    /** Prefix of the encoder's parameters, such as {@code lxmert.}; the answer head's is {@code classifier.}. */
    String prefix();

    /** Width of the hidden states and of the pooled state. */
    int hiddenSize();

    /** Word pieces. */
    int vocabSize();

    /** Longest question in word pieces. */
    int maxPositions();

    /** Numbers per region feature. */
    int featureSize();

    /** Standard deviation of randomly drawn weights. */
    double initializerRange();

    /** The model itself. */
    Encoder encoder(Torch torch);

    /**
     * Probability of dropout on the pooled state before the answer head: LXMERT feeds the pooled state as it is,
     * VisualBERT drops some of it as after its layers.
     *
     * @param hiddenDropout in use after layers
     */
    double pooledDropout(double hiddenDropout);

    /** Name to shape of the encoder's parameters, in {@code state_dict} order. */
    Map<String, long[]> shapes();

    /** The matrices that masks may prune and the modality whose sparsity each gets, in {@code state_dict} order. */
    Map<String, Modality> maskable();

    /**
     * Embedding tables with a row that belongs to padding, and that row: it takes part in the forward pass but gets no
     * gradient, as with torch's {@code padding_idx}. {@link Encoder}s see to that; gradients need no treatment
     * afterwards.
     */
    Map<String, Integer> paddingRows();

    /** Parameters that do not influence the pooled output and so get no gradient. */
    Set<String> unused();
}
