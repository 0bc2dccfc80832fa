package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.crvqa.task.v1.Dropout;
import org.crvqa.vqa.model.AnswerHead;
import org.crvqa.vqa.model.ForwardMode;
import org.crvqa.vqa.model.Lxmert;
import org.crvqa.vqa.model.LxmertConfig;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.tensor.Torch;

/** LXMERT with its answer head, as a function of weights and a batch. */
final class AnswerModel {
    private final Lxmert lxmert;
    private final ForwardMode mode;
    private final double headDropout;

    private AnswerModel(Lxmert lxmert, ForwardMode mode, double headDropout) {
        this.lxmert = lxmert;
        this.mode = mode;
        this.headDropout = headDropout;
    }

    static AnswerModel training(Torch torch, ModelConfig config, Dropout dropout) {
        return new AnswerModel(
                lxmert(torch, config),
                new ForwardMode(true, dropout.getHidden(), dropout.getAttention()),
                dropout.getHead());
    }

    /** Without dropout. */
    static AnswerModel evaluation(Torch torch, ModelConfig config) {
        return new AnswerModel(lxmert(torch, config), ForwardMode.EVALUATION, 0);
    }

    private static Lxmert lxmert(Torch torch, ModelConfig config) {
        // The only model so far.
        return new Lxmert(torch, (LxmertConfig) config);
    }

    /** {@code pooled} (B, H) and {@code logits} (B, A). */
    record Output(NDArray pooled, NDArray logits) {}

    /** {@code owner} closes the output, after the backward pass if there is one. */
    Output forward(Weights weights, Batch batch, NDManager owner) {
        // The results of the model belong to the owner of the token identifiers.
        NDArray tokenIds = batch.tokenIds().stopGradient();
        tokenIds.attach(owner);
        NDArray pooled = lxmert.forward(weights, tokenIds, batch.tokenMask(), batch.features(), batch.boxes(), mode);
        return new Output(pooled, AnswerHead.forward(weights, pooled, mode.training(), headDropout));
    }
}
