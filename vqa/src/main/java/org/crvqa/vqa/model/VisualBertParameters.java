package org.crvqa.vqa.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names and shapes of VisualBERT's parameters, as Hugging Face's {@code VisualBertModel} orders and names them in a
 * {@code state_dict}, with the prefix {@code visual_bert.}.
 */
final class VisualBertParameters {
    static final String EMBEDDINGS = "visual_bert.embeddings.";
    static final String WORDS = EMBEDDINGS + "word_embeddings.weight";
    static final String POSITIONS = EMBEDDINGS + "position_embeddings.weight";
    static final String TOKEN_TYPES = EMBEDDINGS + "token_type_embeddings.weight";
    static final String REGION_TYPES = EMBEDDINGS + "visual_token_type_embeddings.weight";
    static final String REGION_POSITIONS = EMBEDDINGS + "visual_position_embeddings.weight";
    static final String PROJECTION = EMBEDDINGS + "visual_projection";
    static final String LAYER = "visual_bert.encoder.layer.";
    static final String POOLER = "visual_bert.pooler.dense";

    private VisualBertParameters() {}

    /** Name to shape, in {@code state_dict} order. */
    static Map<String, long[]> shapes(VisualBertConfig config) {
        int hidden = config.hiddenSize();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(WORDS, new long[] {config.vocabSize(), hidden});
        shapes.put(POSITIONS, new long[] {config.maxPositions(), hidden});
        shapes.put(TOKEN_TYPES, new long[] {config.tokenTypes(), hidden});
        norm(shapes, EMBEDDINGS + "LayerNorm", hidden);
        shapes.put(REGION_TYPES, new long[] {config.tokenTypes(), hidden});
        shapes.put(REGION_POSITIONS, new long[] {config.maxPositions(), hidden});
        linear(shapes, PROJECTION, hidden, config.featureSize());
        for (int i = 0; i < config.layers(); i++) {
            layer(shapes, LAYER + i, hidden, config.intermediateSize());
        }
        linear(shapes, POOLER, hidden, hidden);
        return Collections.unmodifiableMap(shapes);
    }

    /**
     * The word embeddings, the six matrices of every layer and the pooler's; not the projection of regions. Text and
     * regions share every layer, so all but the pooler's count as language and a sparsity is uniform.
     */
    static Map<String, Modality> maskable(VisualBertConfig config) {
        Map<String, Modality> result = new LinkedHashMap<>();
        shapes(config).forEach((name, shape) -> {
            if (name.equals(WORDS) || shape.length == 2 && name.startsWith(LAYER)) {
                result.put(name, Modality.LANGUAGE);
            }
        });
        result.put(POOLER + ".weight", Modality.POOLER);
        return Collections.unmodifiableMap(result);
    }

    private static void layer(Map<String, long[]> shapes, String name, int hidden, int intermediate) {
        linear(shapes, name + ".attention.self.query", hidden, hidden);
        linear(shapes, name + ".attention.self.key", hidden, hidden);
        linear(shapes, name + ".attention.self.value", hidden, hidden);
        linear(shapes, name + ".attention.output.dense", hidden, hidden);
        norm(shapes, name + ".attention.output.LayerNorm", hidden);
        linear(shapes, name + ".intermediate.dense", intermediate, hidden);
        linear(shapes, name + ".output.dense", hidden, intermediate);
        norm(shapes, name + ".output.LayerNorm", hidden);
    }

    private static void linear(Map<String, long[]> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", new long[] {out, in});
        shapes.put(name + ".bias", new long[] {out});
    }

    private static void norm(Map<String, long[]> shapes, String name, int hidden) {
        shapes.put(name + ".weight", new long[] {hidden});
        shapes.put(name + ".bias", new long[] {hidden});
    }
}
