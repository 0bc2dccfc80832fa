package org.crvqa.vqa.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names and shapes of LXMERT's parameters, as Hugging Face's {@code LxmertModel} orders and names them in a
 * {@code state_dict}, with the prefix {@code lxmert.}.
 */
public final class LxmertParameters {
    static final String WORDS = "lxmert.embeddings.word_embeddings.weight";
    static final String POSITIONS = "lxmert.embeddings.position_embeddings.weight";
    static final String TOKEN_TYPES = "lxmert.embeddings.token_type_embeddings.weight";

    private LxmertParameters() {}

    /** Name to shape, in {@code state_dict} order. */
    public static Map<String, long[]> shapes(LxmertConfig config) {
        Layout layout = new Layout(config);
        layout.embeddings();
        layout.visualEmbeddings("lxmert.encoder.visn_fc");
        for (int i = 0; i < config.languageLayers(); i++) {
            layout.layer("lxmert.encoder.layer." + i);
        }
        for (int i = 0; i < config.crossLayers(); i++) {
            layout.crossLayer("lxmert.encoder.x_layers." + i);
        }
        for (int i = 0; i < config.visionLayers(); i++) {
            layout.layer("lxmert.encoder.r_layers." + i);
        }
        layout.linear("lxmert.pooler.dense", config.hiddenSize(), config.hiddenSize());
        return Collections.unmodifiableMap(layout.shapes);
    }

    /**
     * The matrices that masks may prune and the modality whose sparsity each gets: every linear layer's weight and the
     * word embeddings; never a bias, a layer normalisation or another embedding.
     */
    public static Map<String, Modality> maskable(LxmertConfig config) {
        Map<String, Modality> result = new LinkedHashMap<>();
        shapes(config).forEach((name, shape) -> {
            boolean matrix = shape.length == 2;
            if (matrix && !name.equals(POSITIONS) && !name.equals(TOKEN_TYPES)) {
                result.put(name, modality(name));
            }
        });
        return Collections.unmodifiableMap(result);
    }

    /** The row of padding in each embedding table that has one: row 0 of all three. */
    static Map<String, Integer> paddingRows() {
        return Map.of(WORDS, Lxmert.PADDING, POSITIONS, Lxmert.PADDING, TOKEN_TYPES, Lxmert.PADDING);
    }

    /**
     * Parameters that do not influence the pooled output and so get no gradient: in the last cross layer, everything
     * that only feeds the visual stream. {@link Lxmert} does not ask for them.
     */
    public static Set<String> unused(LxmertConfig config) {
        String last = "lxmert.encoder.x_layers." + (config.crossLayers() - 1);
        Set<String> result = new LinkedHashSet<>();
        for (String name : shapes(config).keySet()) {
            if (name.startsWith(last + ".visn_")) {
                result.add(name);
            }
        }
        return Collections.unmodifiableSet(result);
    }

    private static Modality modality(String name) {
        if (name.equals(WORDS) || name.startsWith("lxmert.encoder.layer.")) {
            return Modality.LANGUAGE;
        }
        if (name.startsWith("lxmert.encoder.visn_fc.") || name.startsWith("lxmert.encoder.r_layers.")) {
            return Modality.VISION;
        }
        if (name.startsWith("lxmert.encoder.x_layers.")) {
            return Modality.FUSION;
        }
        if (name.startsWith("lxmert.pooler.")) {
            return Modality.POOLER;
        }
        throw new IllegalStateException("No modality for " + name);
    }

    /** Collects shapes; each method adds one module of Hugging Face's model. */
    private static final class Layout {
        private final LxmertConfig config;
        private final int hidden;
        private final Map<String, long[]> shapes = new LinkedHashMap<>();

        Layout(LxmertConfig config) {
            this.config = config;
            hidden = config.hiddenSize();
        }

        void embeddings() {
            shapes.put(WORDS, new long[] {config.vocabSize(), hidden});
            shapes.put(POSITIONS, new long[] {config.maxPositions(), hidden});
            shapes.put(TOKEN_TYPES, new long[] {config.tokenTypes(), hidden});
            norm("lxmert.embeddings.LayerNorm");
        }

        void visualEmbeddings(String name) {
            linear(name + ".visn_fc", hidden, config.featureSize());
            norm(name + ".visn_layer_norm");
            linear(name + ".box_fc", hidden, config.boxSize());
            norm(name + ".box_layer_norm");
        }

        void layer(String name) {
            attention(name + ".attention.self");
            output(name + ".attention.output", hidden);
            linear(name + ".intermediate.dense", config.intermediateSize(), hidden);
            output(name + ".output", config.intermediateSize());
        }

        void crossLayer(String name) {
            attention(name + ".visual_attention.att");
            output(name + ".visual_attention.output", hidden);
            for (String stream : List.of("lang", "visn")) {
                attention(name + "." + stream + "_self_att.self");
                output(name + "." + stream + "_self_att.output", hidden);
            }
            for (String stream : List.of("lang", "visn")) {
                linear(name + "." + stream + "_inter.dense", config.intermediateSize(), hidden);
                output(name + "." + stream + "_output", config.intermediateSize());
            }
        }

        void attention(String name) {
            linear(name + ".query", hidden, hidden);
            linear(name + ".key", hidden, hidden);
            linear(name + ".value", hidden, hidden);
        }

        void output(String name, int in) {
            linear(name + ".dense", hidden, in);
            norm(name + ".LayerNorm");
        }

        void linear(String name, int out, int in) {
            shapes.put(name + ".weight", new long[] {out, in});
            shapes.put(name + ".bias", new long[] {out});
        }

        void norm(String name) {
            shapes.put(name + ".weight", new long[] {hidden});
            shapes.put(name + ".bias", new long[] {hidden});
        }
    }
}
