package org.crvqa.vqa.optim;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adam, AdamW or the older Hugging Face AdamW over a fixed list of trainables, with clipping by the global norm. Where
 * the values lie is the trainables' business. Not thread-safe.
 */
public final class AdamOptimizer {
    /** As torch's clip_grad_norm_. */
    private static final double CLIP_EPSILON = 1e-6;

    private final List<Trainable> trainables;
    private final AdamSettings settings;
    private int steps;

    public AdamOptimizer(List<? extends Trainable> trainables, AdamSettings settings) {
        this.trainables = List.copyOf(trainables);
        this.settings = settings;
    }

    /**
     * Makes one step.
     *
     * @param gradients by name; a trainable without one took no part in the loss and stays untouched, as in torch
     * @return the global L2 norm of the gradients before clipping; when it is not finite nothing was changed
     */
    public double step(Map<String, @Nullable NDArray> gradients, double learningRate) {
        double sum = 0;
        for (Trainable trainable : trainables) {
            NDArray gradient = gradients.get(trainable.name());
            if (gradient != null) {
                sum += trainable.squaredNorm(gradient);
            }
        }
        double norm = Math.sqrt(sum);
        if (!Double.isFinite(norm)) {
            return norm;
        }
        steps++;
        AdamStep step = new AdamStep(settings, steps, learningRate, scale(norm));
        for (Trainable trainable : trainables) {
            NDArray gradient = gradients.get(trainable.name());
            if (gradient != null) {
                trainable.update(gradient, step);
            }
        }
        return norm;
    }

    /** Shows the number of steps made; moments are the trainables'. */
    public void state(StateFields fields) {
        steps = (int) fields.number("optimizer:steps", steps);
    }

    private double scale(double norm) {
        return settings.clipNorm() == 0 ? 1 : Math.min(1, settings.clipNorm() / (norm + CLIP_EPSILON));
    }
}
