package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Consumer;
import org.crvqa.task.v1.Dropout;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.model.AnswerHead;
import org.crvqa.vqa.model.Encoder;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Precision;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Torch;

/** An encoder with its answer head, as a function of weights and a batch. */
final class AnswerModel {
    private final Torch torch;
    private final Encoder encoder;
    private final ForwardMode mode;
    private final double pooledDropout;
    private final double headDropout;

    private AnswerModel(Torch torch, ModelConfig config, ForwardMode mode, double pooledDropout, double headDropout) {
        this.torch = torch;
        this.encoder = config.encoder(torch);
        this.mode = mode;
        this.pooledDropout = pooledDropout;
        this.headDropout = headDropout;
    }

    /** As a stage's settings say. */
    static AnswerModel training(Torch torch, ModelConfig config, TrainingSettings settings) {
        Dropout dropout = settings.getDropout();
        return new AnswerModel(
                torch,
                config,
                new ForwardMode(
                        true, dropout.getHidden(), dropout.getAttention(), Precisions.of(settings.getPrecision())),
                config.pooledDropout(dropout.getHidden()),
                dropout.getHead());
    }

    /** Without dropout. */
    static AnswerModel evaluation(Torch torch, ModelConfig config, Precision precision) {
        return new AnswerModel(torch, config, ForwardMode.evaluation(precision), 0, 0);
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
        return new Output(pooled, AnswerHead.forward(torch, weights, kept, mode, headDropout));
    }
}
