package org.crvqa.vqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;
import org.jspecify.annotations.Nullable;

/**
 * The parts that the layers of both models are made of, for one forward pass. Names are those of the modules, without
 * {@code .weight} and {@code .bias}. What {@link #scoped}, {@link #attend}, {@link #feedForward} and {@link #layer}
 * return belongs to {@code owner}; what the others return, to the scope around them.
 */
record SubLayers(
        Torch torch, Sizes sizes, Weights weights, ForwardMode mode, NDManager owner, Consumer<NDArray> hidden) {
    /**
     * What is the same in every layer.
     *
     * @param hiddenSize a multiple of {@code attentionHeads}
     */
    record Sizes(int hiddenSize, int attentionHeads, double normEpsilon) {
        int headSize() {
            return hiddenSize / attentionHeads;
        }
    }

    NDArray scoped(Supplier<NDArray> computation) {
        return Scopes.within(owner, computation);
    }

    /** x Wᵀ + b with W (out, in). */
    NDArray linear(NDArray x, String name) {
        return Linear.apply(torch, mode.precision(), x, weights.get(name + ".weight"), weights.get(name + ".bias"));
    }

    /** Layer normalisation over the last axis. */
    NDArray norm(NDArray x, String name) {
        return JniUtils.layerNorm(
                (PtNDArray) x,
                new Shape(sizes.hiddenSize()),
                (PtNDArray) weights.get(name + ".weight"),
                (PtNDArray) weights.get(name + ".bias"),
                sizes.normEpsilon());
    }

    /** 0 where may be attended, the least float where not, as Hugging Face adds it to attention scores: (B, 1, 1, S). */
    NDArray additiveMask(NDManager manager, NDArray mask) {
        Shape shape = mask.getShape();
        try (NDArray hiddenPlaces = torch.scalar(1f).sub(mask);
                NDArray added = hiddenPlaces.mul(torch.scalar(-Float.MAX_VALUE))) {
            NDArray result = added.reshape(shape.get(0), 1, 1, shape.get(1));
            result.attach(manager);
            return result;
        }
    }

    /** Rows of an embedding table. */
    NDArray embedding(NDArray ids, String name) {
        return JniUtils.embedding((PtNDArray) ids, (PtNDArray) weights.get(name), false);
    }

    /**
     * Rows of an embedding table with a padding index: its row is used, but no gradient reaches it. The engine's operator
     * does not know padding, so the rows are cut off from the gradient here.
     */
    NDArray embedding(NDArray ids, String name, int paddingIndex) {
        NDArray rows = embedding(ids, name);
        NDArray padding = ids.eq(torch.integer(paddingIndex)).expandDims(-1);
        return JniUtils.where((PtNDArray) padding, (PtNDArray) rows.stopGradient(), (PtNDArray) rows);
    }

    NDArray hiddenDropout(NDArray x) {
        return dropout(x, mode.hiddenDropout());
    }

    /** A layer of the language or vision encoder; closes its input. */
    NDArray layer(String name, NDArray in, @Nullable NDArray mask) {
        try (in;
                NDArray attended = attend(name + ".attention.self", name + ".attention.output", in, in, mask)) {
            NDArray out = feedForward(name + ".intermediate.dense", name + ".output", attended);
            hidden.accept(out);
            return out;
        }
    }

    /** LayerNorm(x + dense(attention from x to context)). */
    NDArray attend(String attention, String output, NDArray x, NDArray context, @Nullable NDArray mask) {
        return scoped(() -> output(output, attention(attention, x, context, mask), x));
    }

    /**
     * As {@link #attend} from x to itself and {@link #feedForward}, for the first position only: all that a pooler reads.
     * Returns (B, 1, H); closes its input.
     */
    NDArray firstOfLayer(
            String attention,
            String attentionOutput,
            String intermediate,
            String output,
            NDArray x,
            @Nullable NDArray mask) {
        try (x;
                NDArray first = scoped(() -> x.get(":, 0:1"));
                NDArray attended = scoped(() -> output(attentionOutput, attention(attention, first, x, mask), first))) {
            return feedForward(intermediate, output, attended);
        }
    }

    /** Whether anybody looks at the layers' outputs; if not, what no other layer needs is not computed. */
    boolean observed() {
        return hidden != Encoder.IGNORE;
    }

    /** LayerNorm(x + dense(gelu(dense x))). */
    NDArray feedForward(String intermediate, String output, NDArray x) {
        return scoped(() -> output(output, JniUtils.gelu((PtNDArray) linear(x, intermediate)), x));
    }

    private NDArray output(String name, NDArray x, NDArray residual) {
        return norm(hiddenDropout(linear(x, name + ".dense")).add(residual), name + ".LayerNorm");
    }

    /** softmax(q kᵀ / √d + mask) v per head; x (B, T, H) asks, context (B, S, H) answers, mask (B, 1, 1, S). */
    private NDArray attention(String name, NDArray x, NDArray context, @Nullable NDArray mask) {
        NDArray query = heads(linear(x, name + ".query"));
        NDArray key = heads(linear(context, name + ".key"));
        NDArray value = heads(linear(context, name + ".value"));
        NDArray scores = query.matMul(key.transpose(0, 1, 3, 2));
        scores.muli(torch.scalar((float) (1 / Math.sqrt(sizes.headSize()))));
        if (mask != null) {
            scores.addi(mask);
        }
        NDArray mixed = dropout(scores.softmax(-1), mode.attentionDropout()).matMul(value);
        return mixed.transpose(0, 2, 1, 3).reshape(x.getShape());
    }

    /** (B, T, H) to (B, heads, T, H / heads). */
    private NDArray heads(NDArray x) {
        Shape shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), sizes.attentionHeads(), sizes.headSize())
                .transpose(0, 2, 1, 3);
    }

    private NDArray dropout(NDArray x, double probability) {
        return mode.training() && probability > 0 ? JniUtils.dropout((PtNDArray) x, probability, true) : x;
    }
}
