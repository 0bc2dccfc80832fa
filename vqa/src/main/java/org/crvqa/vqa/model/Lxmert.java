package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Consumer;
import org.crvqa.vqa.tensor.Torch;
import org.jspecify.annotations.Nullable;

/**
 * LXMERT (Tan and Bansal 2019) as a function of named weights; computes what Hugging Face's {@code LxmertModel}
 * returns as {@code pooled_output}.
 *
 * <p>The visual half of the last cross layer does not influence the pooled output and is not computed; its parameters
 * ({@link LxmertParameters#unused}) get no gradient. Of its language half, self-attention and feed-forward are computed for
 * the first token only, which is all that the pooler reads, unless somebody looks at the layers' outputs.
 */
public final class Lxmert implements Encoder {
    /** Hugging Face fixes it for LXMERT. */
    private static final double NORM_EPSILON = 1e-12;

    /** In all three embedding tables. */
    static final int PADDING = 0;

    private final Torch torch;
    private final LxmertConfig config;

    public Lxmert(Torch torch, LxmertConfig config) {
        this.torch = torch;
        this.config = config;
    }

    @Override
    public NDArray forward(Weights weights, EncoderInputs given, ForwardMode mode, Consumer<NDArray> layerOutputs) {
        given.check(config);
        NDArray tokenIds = given.tokenIds();
        NDArray tokenMask = given.tokenMask();
        NDArray regionMask = given.regionMask();
        SubLayers layers = new SubLayers(
                torch,
                new SubLayers.Sizes(config.hiddenSize(), config.attentionHeads(), NORM_EPSILON),
                weights,
                mode,
                tokenIds.getManager(),
                layerOutputs);
        try (NDManager inputs = tokenIds.getManager().newSubManager()) {
            NDArray words = tokenMask == null ? null : layers.additiveMask(inputs, tokenMask);
            NDArray regions = regionMask == null ? null : layers.additiveMask(inputs, regionMask);
            NDArray language = embedTokens(layers, inputs, tokenIds);
            NDArray vision = embedRegions(layers, given.features(), given.boxes());
            for (int i = 0; i < config.languageLayers(); i++) {
                language = layers.layer("lxmert.encoder.layer." + i, language, words);
            }
            for (int i = 0; i < config.visionLayers(); i++) {
                vision = layers.layer("lxmert.encoder.r_layers." + i, vision, regions);
            }
            Streams streams = new Streams(language, vision, words, regions);
            for (int i = 0; i < config.crossLayers() - 1; i++) {
                streams = cross(layers, "lxmert.encoder.x_layers." + i, streams);
            }
            String last = "lxmert.encoder.x_layers." + (config.crossLayers() - 1);
            NDArray result =
                    layers.observed() ? crossLanguage(layers, last, streams) : firstToken(layers, last, streams);
            streams.close();
            return pool(layers, result);
        }
    }

    /** LayerNorm(words + positions + token type 0), then dropout: (B, T, H). */
    private NDArray embedTokens(SubLayers layers, NDManager inputs, NDArray tokenIds) {
        long tokens = tokenIds.getShape().get(1);
        NDArray positions = inputs.arange(0, (float) tokens, 1, DataType.INT64).reshape(1, tokens);
        NDArray types = inputs.zeros(new Shape(1, tokens), DataType.INT64);
        return layers.scoped(() -> {
            NDArray sum = layers.embedding(tokenIds, LxmertParameters.WORDS, PADDING)
                    .add(layers.embedding(positions, LxmertParameters.POSITIONS, PADDING))
                    .add(layers.embedding(types, LxmertParameters.TOKEN_TYPES, PADDING));
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
    private Streams cross(SubLayers layers, String name, Streams in) {
        NDArray language = crossLanguage(layers, name, in);
        String attention = name + ".visual_attention";
        NDArray crossed =
                layers.attend(attention + ".att", attention + ".output", in.vision(), in.language(), in.words());
        in.close();
        return new Streams(language, stream(layers, name, "visn", crossed, in.regions()), in.words(), in.regions());
    }

    /** The language half of a cross layer. */
    private NDArray crossLanguage(SubLayers layers, String name, Streams in) {
        return stream(layers, name, "lang", crossed(layers, name, in), in.words());
    }

    /** As above, for the first token alone: (B, 1, H). */
    private NDArray firstToken(SubLayers layers, String name, Streams in) {
        String prefix = name + ".lang";
        return layers.firstOfLayer(
                prefix + "_self_att.self",
                prefix + "_self_att.output",
                prefix + "_inter.dense",
                prefix + "_output",
                crossed(layers, name, in),
                in.words());
    }

    /** What language takes from vision. */
    private NDArray crossed(SubLayers layers, String name, Streams in) {
        String attention = name + ".visual_attention";
        return layers.attend(attention + ".att", attention + ".output", in.language(), in.vision(), in.regions());
    }

    /** Self-attention and feed-forward of one stream in a cross layer; closes its input. */
    private NDArray stream(SubLayers layers, String name, String stream, NDArray in, @Nullable NDArray mask) {
        String prefix = name + "." + stream;
        try (in;
                NDArray attended =
                        layers.attend(prefix + "_self_att.self", prefix + "_self_att.output", in, in, mask)) {
            NDArray out = layers.feedForward(prefix + "_inter.dense", prefix + "_output", attended);
            layers.hidden().accept(out);
            return out;
        }
    }

    /** tanh(dense(first token)): (B, H); closes its input. */
    private NDArray pool(SubLayers layers, NDArray language) {
        try (language) {
            return layers.scoped(() ->
                    layers.linear(language.get(":, 0"), "lxmert.pooler.dense").tanh());
        }
    }

    /** The two hidden states between cross layers and who may be attended in each; closing closes the states. */
    private record Streams(
            NDArray language,
            NDArray vision,
            @Nullable NDArray words,
            @Nullable NDArray regions) {
        void close() {
            language.close();
            vision.close();
        }
    }
}
