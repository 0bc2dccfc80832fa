package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Consumer;
import org.crvqa.task.v1.Dropout;
import org.crvqa.vqa.model.AnswerHead;
import org.crvqa.vqa.model.Encoder;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Torch;

/** An encoder with its answer head, as a function of weights and a batch. */
final class AnswerModel {
    private final Encoder encoder;
    private final ForwardMode mode;
    private final double pooledDropout;
    private final double headDropout;

    private AnswerModel(Encoder encoder, ForwardMode mode, double pooledDropout, double headDropout) {
        this.encoder = encoder;
        this.mode = mode;
        this.pooledDropout = pooledDropout;
        this.headDropout = headDropout;
    }

    static AnswerModel training(Torch torch, ModelConfig config, Dropout dropout) {
        return new AnswerModel(
                config.encoder(torch),
                new ForwardMode(true, dropout.getHidden(), dropout.getAttention()),
                config.pooledDropout(dropout.getHidden()),
                dropout.getHead());
    }

    /** Without dropout. */
    static AnswerModel evaluation(Torch torch, ModelConfig config) {
        return new AnswerModel(config.encoder(torch), ForwardMode.EVALUATION, 0, 0);
    }

    /** {@code pooled} (B, H), as the encoder gives it, and {@code logits} (B, A). */
    record Output(NDArray pooled, NDArray logits) {}

    /** {@code owner} closes the output, after the backward pass if there is one. */
    Output forward(Weights weights, Batch batch, NDManager owner) {
        return forward(weights, batch, owner, Encoder.IGNORE);
    }

    /** As above; {@code hidden} sees every layer's output as {@link Encoder#forward} says. */
    Output forward(Weights weights, Batch batch, NDManager owner, Consumer<NDArray> hidden) {
        NDArray pooled = encoder.forward(weights, batch.inputs(owner), mode, hidden);
        NDArray kept = pooledDropout > 0 ? JniUtils.dropout((PtNDArray) pooled, pooledDropout, true) : pooled;
        return new Output(pooled, AnswerHead.forward(weights, kept, mode.training(), headDropout));
    }
}
