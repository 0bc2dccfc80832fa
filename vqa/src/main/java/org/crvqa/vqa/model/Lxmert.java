package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.crvqa.vqa.tensor.Torch;
import org.jspecify.annotations.Nullable;

/**
 * LXMERT (Tan and Bansal 2019) as a function of named weights; computes what Hugging Face's {@code LxmertModel}
 * returns as {@code pooled_output}. Holds no weights and no state, so one object serves every thread.
 *
 * <p>The visual half of the last cross layer does not influence the pooled output and is not computed; its parameters
 * ({@link LxmertParameters#unused}) get no gradient.
 */
public final class Lxmert {
    private final Torch torch;
    private final LxmertConfig config;

    public Lxmert(Torch torch, LxmertConfig config) {
        this.torch = torch;
        this.config = config;
    }

    /**
     * The pooled state (B, H) of B questions about images. It belongs to the manager of {@code tokenIds}; the inputs
     * stay their owners' and must stay open until a backward pass is done.
     *
     * @param tokenIds (B, T) 64-bit integers, T at most {@link LxmertConfig#maxPositions}; 0 is padding
     * @param tokenMask (B, T) floats, 1 where a token may be attended and 0 where not; null lets all be attended
     * @param features (B, R, F) region features
     * @param boxes (B, R, 4) x1, y1, x2, y2 as fractions of the image
     * @throws IllegalArgumentException when shapes do not fit each other or the model
     */
    public NDArray forward(
            Weights weights,
            NDArray tokenIds,
            @Nullable NDArray tokenMask,
            NDArray features,
            NDArray boxes,
            ForwardMode mode) {
        checkShapes(tokenIds, tokenMask, features, boxes);
        SubLayers layers = new SubLayers(torch, config, weights, mode, tokenIds.getManager());
        try (NDManager inputs = tokenIds.getManager().newSubManager()) {
            NDArray hidden = tokenMask == null ? null : additiveMask(inputs, tokenMask);
            NDArray language = embedTokens(layers, inputs, tokenIds);
            NDArray vision = embedRegions(layers, features, boxes);
            for (int i = 0; i < config.languageLayers(); i++) {
                language = layers.layer("lxmert.encoder.layer." + i, language, hidden);
            }
            for (int i = 0; i < config.visionLayers(); i++) {
                vision = layers.layer("lxmert.encoder.r_layers." + i, vision, null);
            }
            Streams streams = new Streams(language, vision);
            for (int i = 0; i < config.crossLayers() - 1; i++) {
                streams = cross(layers, "lxmert.encoder.x_layers." + i, streams, hidden);
            }
            String last = "lxmert.encoder.x_layers." + (config.crossLayers() - 1);
            NDArray result = crossLanguage(layers, last, streams, hidden);
            streams.close();
            return pool(layers, result);
        }
    }

    /** 0 where a token may be attended, the least float where not, as Hugging Face adds it to attention scores. */
    private NDArray additiveMask(NDManager owner, NDArray tokenMask) {
        Shape shape = tokenMask.getShape();
        try (NDArray hiddenTokens = torch.scalar(1f).sub(tokenMask);
                NDArray added = hiddenTokens.mul(torch.scalar(-Float.MAX_VALUE))) {
            NDArray mask = added.reshape(shape.get(0), 1, 1, shape.get(1));
            mask.attach(owner);
            return mask;
        }
    }

    /** LayerNorm(words + positions + token type 0), then dropout: (B, T, H). */
    private NDArray embedTokens(SubLayers layers, NDManager inputs, NDArray tokenIds) {
        long tokens = tokenIds.getShape().get(1);
        NDArray positions = inputs.arange(0, (float) tokens, 1, DataType.INT64).reshape(1, tokens);
        NDArray types = inputs.zeros(new Shape(1, tokens), DataType.INT64);
        return layers.scoped(() -> {
            NDArray sum = layers.embedding(tokenIds, LxmertParameters.WORDS)
                    .add(layers.embedding(positions, LxmertParameters.POSITIONS))
                    .add(layers.embedding(types, LxmertParameters.TOKEN_TYPES));
            return layers.hiddenDropout(layers.norm(sum, "lxmert.embeddings.LayerNorm"));
        });
    }

    /** (LayerNorm(visn_fc f) + LayerNorm(box_fc p)) / 2, then dropout: (B, R, H). */
    private NDArray embedRegions(SubLayers layers, NDArray features, NDArray boxes) {
        String name = "lxmert.encoder.visn_fc.";
        return layers.scoped(() -> {
            NDArray seen = layers.norm(layers.linear(features, name + "visn_fc"), name + "visn_layer_norm");
            NDArray placed = layers.norm(layers.linear(boxes, name + "box_fc"), name + "box_layer_norm");
            return layers.hiddenDropout(seen.add(placed).mul(torch.scalar(0.5f)));
        });
    }

    /** One cross layer; closes the streams that it is given. */
    private Streams cross(SubLayers layers, String name, Streams in, @Nullable NDArray mask) {
        NDArray language = crossLanguage(layers, name, in, mask);
        String attention = name + ".visual_attention";
        NDArray crossed = layers.attend(attention + ".att", attention + ".output", in.vision(), in.language(), mask);
        in.close();
        return new Streams(language, stream(layers, name, "visn", crossed, null));
    }

    /** The language half of a cross layer. */
    private NDArray crossLanguage(SubLayers layers, String name, Streams in, @Nullable NDArray mask) {
        String attention = name + ".visual_attention";
        NDArray crossed = layers.attend(attention + ".att", attention + ".output", in.language(), in.vision(), null);
        return stream(layers, name, "lang", crossed, mask);
    }

    /** Self-attention and feed-forward of one stream in a cross layer; closes its input. */
    private NDArray stream(SubLayers layers, String name, String stream, NDArray in, @Nullable NDArray mask) {
        String prefix = name + "." + stream;
        try (in;
                NDArray attended =
                        layers.attend(prefix + "_self_att.self", prefix + "_self_att.output", in, in, mask)) {
            return layers.feedForward(prefix + "_inter.dense", prefix + "_output", attended);
        }
    }

    /** tanh(dense(first token)): (B, H); closes its input. */
    private NDArray pool(SubLayers layers, NDArray language) {
        try (language) {
            return layers.scoped(() ->
                    layers.linear(language.get(":, 0"), "lxmert.pooler.dense").tanh());
        }
    }

    private void checkShapes(NDArray tokenIds, @Nullable NDArray tokenMask, NDArray features, NDArray boxes) {
        Shape tokens = tokenIds.getShape();
        Shape regions = features.getShape();
        boolean fits = tokens.dimension() == 2
                && regions.dimension() == 3
                && tokens.get(1) <= config.maxPositions()
                && regions.get(0) == tokens.get(0)
                && regions.get(2) == config.featureSize()
                && boxes.getShape().equals(new Shape(regions.get(0), regions.get(1), config.boxSize()))
                && (tokenMask == null || tokenMask.getShape().equals(tokens));
        if (!fits) {
            throw new IllegalArgumentException("Tokens " + tokens + ", token mask "
                    + (tokenMask == null ? "none" : tokenMask.getShape()) + ", features " + regions + ", boxes "
                    + boxes.getShape() + ": expected (B, T), (B, T), (B, R, " + config.featureSize() + "), (B, R, "
                    + config.boxSize() + ") with T at most " + config.maxPositions());
        }
    }

    /** The two hidden states between cross layers; closing closes both. */
    private record Streams(NDArray language, NDArray vision) {
        void close() {
            language.close();
            vision.close();
        }
    }
}
