package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.debias.LossParts;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.TrainedGroup;
import org.crvqa.vqa.tensor.Torch;

/** One optimizer step on one batch: forward, loss, backward, update. Frees all that it makes. */
final class TrainingStep {
    private final Torch torch;
    private final AnswerModel model;
    private final DebiasLoss loss;
    private final Distiller distiller;
    private final Trainee trainee;
    private final AdamOptimizer optimizer;
    private final Runnable beforeChange;

    /** {@code beforeChange}: called in each step before anything that is trained changes. */
    TrainingStep(
            Torch torch,
            AnswerModel model,
            DebiasLoss loss,
            Distiller distiller,
            Trainee trainee,
            AdamOptimizer optimizer,
            Runnable beforeChange) {
        this.torch = torch;
        this.model = model;
        this.loss = loss;
        this.distiller = distiller;
        this.trainee = trainee;
        this.optimizer = optimizer;
        this.beforeChange = beforeChange;
    }

    /**
     * Makes a step and returns what was measured before it. Waits for the device once, when everything is queued.
     *
     * @param number of the step, from 0, for messages
     * @throws DivergedException when loss or gradient is not finite; nothing was updated then
     */
    StepMeasures run(Batch batch, int number, double learningRate) {
        try (Torch.GradientMode recording = torch.gradients(true);
                NDManager scope = torch.newManager()) {
            Map<String, NDArray> leaves = leaves(scope);
            Weights frozen = trainee.weights();
            Weights weights = name -> {
                NDArray leaf = leaves.get(name);
                return leaf == null ? frozen.get(name) : leaf;
            };
            Map<String, NDArray> parts = new LinkedHashMap<>();
            NDArray value = loss(weights, batch, scope, parts::put);
            torch.backward(value);
            beforeChange.run();
            NDArray measures = optimizer.step(gradients(leaves, scope), value, learningRate, scope);
            float[] found = torch.transfer().floats(with(measures, parts.values()));
            requireFinite("loss", found[0], number);
            requireFinite("gradient norm", found[1], number);
            return StepMeasures.of(found, parts.keySet());
        }
    }

    /** All as one tensor, so that there is one wait. */
    private static NDArray with(NDArray measures, Collection<NDArray> parts) {
        NDList all = new NDList(measures);
        parts.forEach(part -> all.add(part.reshape(1)));
        return parts.isEmpty() ? measures : NDArrays.concat(all);
    }

    private Map<String, NDArray> leaves(NDManager scope) {
        Map<String, NDArray> leaves = new HashMap<>();
        for (TrainedGroup group : trainee.groups()) {
            for (int i = 0; i < group.names().size(); i++) {
                leaves.put(group.names().get(i), torch.leaf(group.tensors().get(i), scope));
            }
        }
        return leaves;
    }

    /** Without dimensions. */
    private NDArray loss(Weights weights, Batch batch, NDManager scope, LossParts told) {
        Distiller.Term term = distiller.term(batch, scope);
        AnswerModel.Output output = model.forward(weights, batch, scope, term.hidden());
        return term.addTo(loss.value(output.logits(), output.pooled(), batch.targets(), weights, told), told);
    }

    /** Gradients of the leaves that took part; those of embeddings have row 0, the padding, already cut off. */
    private Map<String, NDArray> gradients(Map<String, NDArray> leaves, NDManager scope) {
        Map<String, NDArray> gradients = new HashMap<>();
        leaves.forEach(
                (name, leaf) -> torch.gradient(leaf, scope).ifPresent(gradient -> gradients.put(name, gradient)));
        return gradients;
    }

    private static void requireFinite(String what, double value, int step) {
        if (!Double.isFinite(value)) {
            throw new DivergedException(what, value, step);
        }
    }
}
