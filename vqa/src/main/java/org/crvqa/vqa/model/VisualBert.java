package org.crvqa.vqa.model;

import static org.crvqa.vqa.model.VisualBertParameters.EMBEDDINGS;
import static org.crvqa.vqa.model.VisualBertParameters.LAYER;
import static org.crvqa.vqa.model.VisualBertParameters.POOLER;
import static org.crvqa.vqa.model.VisualBertParameters.POSITIONS;
import static org.crvqa.vqa.model.VisualBertParameters.PROJECTION;
import static org.crvqa.vqa.model.VisualBertParameters.REGION_POSITIONS;
import static org.crvqa.vqa.model.VisualBertParameters.REGION_TYPES;
import static org.crvqa.vqa.model.VisualBertParameters.TOKEN_TYPES;
import static org.crvqa.vqa.model.VisualBertParameters.WORDS;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Consumer;
import org.crvqa.vqa.tensor.Torch;
import org.jspecify.annotations.Nullable;

/**
 * VisualBERT (Li et al. 2019): BERT over the word pieces followed by the regions. Computes what Hugging Face's
 * {@code VisualBertModel} returns as {@code pooler_output}. Boxes play no part.
 */
public final class VisualBert implements Encoder {
    private final Torch torch;
    private final VisualBertConfig config;

    public VisualBert(Torch torch, VisualBertConfig config) {
        this.torch = torch;
        this.config = config;
    }

    @Override
    public NDArray forward(Weights weights, EncoderInputs given, ForwardMode mode, Consumer<NDArray> layerOutputs) {
        given.check(config);
        SubLayers layers = new SubLayers(
                torch,
                new SubLayers.Sizes(config.hiddenSize(), config.attentionHeads(), config.normEpsilon()),
                weights,
                mode,
                given.tokenIds().getManager(),
                layerOutputs);
        try (NDManager inputs = given.tokenIds().getManager().newSubManager()) {
            NDArray mask = mask(layers, inputs, given);
            NDArray state = embed(layers, inputs, given);
            int last = config.layers() - 1;
            for (int i = 0; i < last; i++) {
                state = layers.layer(LAYER + i, state, mask);
            }
            state = layers.observed() ? layers.layer(LAYER + last, state, mask) : firstToken(layers, last, state, mask);
            try (NDArray pooled = state) {
                return layers.scoped(
                        () -> layers.linear(pooled.get(":, 0"), POOLER).tanh());
            }
        }
    }

    /** A layer for the first token alone, which is all that the pooler reads: (B, 1, H). */
    private static NDArray firstToken(SubLayers layers, int number, NDArray in, @Nullable NDArray mask) {
        String name = LAYER + number;
        return layers.firstOfLayer(
                name + ".attention.self",
                name + ".attention.output",
                name + ".intermediate.dense",
                name + ".output",
                in,
                mask);
    }

    /** Over words and regions; null lets all be attended. */
    private static @Nullable NDArray mask(SubLayers layers, NDManager inputs, EncoderInputs given) {
        NDArray words = given.tokenMask();
        NDArray regions = given.regionMask();
        if (words == null && regions == null) {
            return null;
        }
        Shape tokens = given.tokenIds().getShape();
        Shape boxes = new Shape(tokens.get(0), given.features().getShape().get(1));
        NDArray first = words == null ? inputs.ones(tokens) : words;
        NDArray second = regions == null ? inputs.ones(boxes) : regions;
        try (NDArray both = first.concat(second, 1)) {
            return layers.additiveMask(inputs, both);
        }
    }

    /** LayerNorm of words + token type 0 + positions, then regions + position 0 + type 1; dropout: (B, T + R, H). */
    private NDArray embed(SubLayers layers, NDManager inputs, EncoderInputs given) {
        long tokens = given.tokenIds().getShape().get(1);
        NDArray positions = inputs.arange(0, (float) tokens, 1, DataType.INT64).reshape(1, tokens);
        NDArray zero = inputs.zeros(new Shape(1, 1), DataType.INT64);
        NDArray one = inputs.ones(new Shape(1, 1), DataType.INT64);
        return layers.scoped(() -> {
            NDArray words = layers.embedding(given.tokenIds(), WORDS, config.paddingIndex())
                    .add(layers.embedding(zero, TOKEN_TYPES))
                    .add(layers.embedding(positions, POSITIONS));
            NDArray regions = layers.linear(given.features(), PROJECTION)
                    .add(layers.embedding(zero, REGION_POSITIONS))
                    .add(layers.embedding(one, REGION_TYPES));
            return layers.hiddenDropout(layers.norm(words.concat(regions, 1), EMBEDDINGS + "LayerNorm"));
        });
    }
}
